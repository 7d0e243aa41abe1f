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
    return _COMMAND.sub(lambda found: f"{found[0]}\N{ZERO WIDTH SPACE}", _UNSHOWN.sub(_written_out, text))


def _written_out(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]
