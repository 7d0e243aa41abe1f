"""What strangers wrote, made fit for a terminal, and for the log of a CI that takes some lines for commands."""

import re
from typing import Final

_UNSHOWN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that move the cursor, colour the text, turn its direction, begin a line, or are none."""
_COMMAND: Final = re.compile(r"^(\s*):(?=:)|#(?=#\[)", re.MULTILINE)
"""How GitHub's runner knows a command: `::name::value` at the beginning of a line, `##[name]value` anywhere."""


def plain(text: str) -> str:
    """`text`, of which nothing is taken for a command. Lines stay lines; what no terminal shows is written out."""
    shown = _UNSHOWN.sub(lambda found: written_out(found[0]), text)
    return _COMMAND.sub(lambda found: f"{found[0]}\N{ZERO WIDTH SPACE}", shown)


def written_out(character: str) -> str:
    """A character that is not to be shown, as its number: `\\x1b`, `\\u202e`, `\\U000e0001`."""
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
