"""What strangers wrote is shown as text, whatever it is shown on."""

import re
from collections.abc import Callable
from typing import Final

import pytest

from helpers.grading.plain import MARK, marked, one_line, plain


@pytest.mark.parametrize(
    "text",
    ["", "Two lines:\n\tone — “two”, 日本 🙂", "a::b", "std::string", "# a heading", "[1]: x", "x[1:2]", "é", "##"],
)
def test_text_stays(text: str) -> None:
    """Words, lines, tabs and every alphabet are left alone."""
    assert plain(text) == text


COMMANDS: Final = {
    "GitHub": re.compile(r"^\s*::|##\[", re.MULTILINE),
    "Azure": re.compile(r"##\w*\["),
    "TeamCity": re.compile(r"##teamcity\["),
    "GitLab": re.compile(r"section_(start|end):\d+:[\w.-]+(\[.*?\])?\r\x1b\[0K"),
    "Travis": re.compile(r"travis_fold:(start|end):[\w.-]+\r"),
    "Jenkins": re.compile(r"\[\[[A-Z]+\||\x1b\[8mha:"),
    "terminals": re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"),
}
"""What each takes for a command in a log, or in what a test is said to have printed."""


@pytest.mark.parametrize(
    "command",
    [
        "::error::x",
        "  ::set-output name=a::1",
        "::stop-commands::word",
        "##[error]x",
        "a ##[group]x",
        "###[group]x",
        "##vso[task.setvariable variable=a]b",
        "a ##vso[task.complete result=Succeeded;]",
        "##teamcity[testFinished name='a']",
        "section_start:1:a\r\x1b[0Ktitle",
        "travis_fold:start:a\r",
        "[[ATTACHMENT|/etc/passwd]]",
        "\x1b[8mha:////4 link",
        "\x1b]8;;https://a.example\x1b\\seen\x1b]8;;\x1b\\",
        "\x9b2K\x9b1A",
    ],
)
@pytest.mark.parametrize("make", [plain, one_line, marked])
def test_commands(command: str, make: Callable[[str], str]) -> None:
    """Nothing that any of them knows is left, it reads as before, and once is enough."""
    assert any(known.search(command) for known in COMMANDS.values())
    shown = make(f"first\n{command}")
    assert not any(known.search(shown) for known in COMMANDS.values())
    assert re.sub(r"\W", "", command.replace("\x1b", "x1b").replace("\r", "x0d").replace("\x9b", "x9b")) in re.sub(
        r"\W", "", shown
    )
    assert make(shown) == shown


LINES: Final = ("✓ ask — passed", "34 of 34 points.", "Isolation: namespaces.", "## Your score", "::error::x", "")
BREAKS: Final = ("\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")


@pytest.mark.parametrize("end", BREAKS, ids=ascii)
@pytest.mark.parametrize("line", LINES)
def test_lines(end: str, line: str) -> None:
    """No line that a text begins looks like one of the grader's, wherever a terminal or Python breaks a line."""
    text = f"first{end}{line}{end}{end}{line}"
    assert len(one_line(text).splitlines()) == 1
    assert all(other.startswith(MARK) for other in marked(text).splitlines()[1:])
    assert marked(f"{text}{end}").splitlines() == marked(f"{text}{end}").split("\n")


@pytest.mark.parametrize(
    "character", ["\x1b", "\r", "\x08", "\x00", "\x85", "\u2028", "\u200f", "\u202e", "\u200b", "\ufeff", "\ud800"]
)
def test_characters(character: str) -> None:
    """What moves the cursor, turns the text, does not show or is none is written out, and no line begins after it."""
    shown = plain(f"a{character}::b")
    assert re.fullmatch(r"a\\(x[0-9a-f]{2}|u[0-9a-f]{4})::b", shown)
    assert int(shown[3:-3], 16) == ord(character)
    assert shown.encode()
