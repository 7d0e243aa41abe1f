"""What strangers wrote is shown as text, whatever it is shown on."""

import re

import pytest

from helpers.grading.plain import plain


@pytest.mark.parametrize(
    "text",
    ["", "Two lines:\n\tone — “two”, 日本 🙂", "a::b", "std::string", "# a heading", "[1]: x", "x[1:2]", "é", "##"],
)
def test_text_stays(text: str) -> None:
    """Words, lines, tabs and every alphabet are left alone."""
    assert plain(text) == text


@pytest.mark.parametrize("command", ["::error::x", "  ::set-output name=a::1", "##[error]x", "a ##[group]x"])
def test_commands(command: str) -> None:
    """No line of it is a workflow command, and it reads as before."""
    shown = plain(f"first\n{command}")
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in shown.splitlines())
    assert shown.replace("\u200b", "") == f"first\n{command}"


@pytest.mark.parametrize("character", ["\x1b", "\r", "\x08", "\x00", "\x85", "\u2028", "\u200f", "\u202e", "\ud800"])
def test_characters(character: str) -> None:
    """What moves the cursor, turns the text or is no character is written out, and no line begins after it."""
    shown = plain(f"a{character}::b")
    assert re.fullmatch(r"a\\(x[0-9a-f]{2}|u[0-9a-f]{4})::b", shown)
    assert int(shown[3:-3], 16) == ord(character)
    assert shown.encode()
