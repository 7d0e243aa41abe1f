"""What strangers wrote, made fit for a terminal, and for the log of a CI that takes some lines for commands.

At the beginning of a line only the grader speaks. A stranger's text is on one line (`one_line`), or has a mark before
each line that it begins (`marked`); and wherever it stands, nothing in it is taken for a command (`plain`).
"""

import re
import unicodedata
from typing import Final

MARK: Final = "│ "
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of control and format characters (also those that reverse a line), lone surrogates, private and
unassigned characters, and separators of lines: what moves the cursor, colours or turns the text, begins a line, shows
as nothing, or is no character."""
_JOINERS: Final = "\u200c\u200d"
"""Persian and Indian scripts and composed emoji are spelt with them."""
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e\t\n]")
_COMMAND: Final = re.compile(
    r"""
      ^\s*:(?=:)            # GitHub: `::name::value`, where a line begins
    | \#(?=\#\w*\[)         # GitHub: `##[name]value`; Azure: `##vso[name]value`; TeamCity: `##teamcity[name]`
    | \[(?=\[[A-Z]+\|)      # Jenkins and GitLab, in what a test is said to have printed: `[[ATTACHMENT|path]]`
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Up to where a command is broken. Those of GitLab (`section_start:…`) and Travis are none without an escape."""


def plain(text: str) -> str:
    """`text`, of which nothing is taken for a command. Lines stay lines; what no terminal shows is written out."""
    shown = _NOT_ASCII.sub(lambda found: visible_or_written_out(found[0]), text)
    return _COMMAND.sub(r"\g<0>\\", shown)


def one_line(text: str) -> str:
    """`text` as `plain` has it, on one line."""
    return plain(text.replace("\n", written_out("\n")))


def marked(text: str) -> str:
    """`text` as `plain` has it, with a mark before each of its lines but the first."""
    first, *others = plain(text).split("\n")
    return "\n".join([first, *(line if line.startswith(MARK) else f"{MARK}{line}" for line in others)])


def visible_or_written_out(character: str) -> str:
    """A character as it is, if it shows and leaves its line and the others as they are; else as its number."""
    if unicodedata.category(character) not in _INVISIBLE or character in _JOINERS:
        return character
    return written_out(character)


def written_out(character: str) -> str:
    """A character that is not to be shown, as its number: `\\x1b`, `\\u202e`, `\\U000e0001`."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
