"""What a learner controls, made safe to show: names of folders and files, and the words of what their code raised."""

import unicodedata
from typing import Final

from helpers.grading.plain import written_out

_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's categories of control and format characters (also those that reverse a line), lone surrogates, private and
unassigned characters, and separators of lines: more than `plain` writes out, because here it is names, on one line."""
_JOINERS: Final = "\u200c\u200d"
"""Persian and Indian scripts and composed emoji are spelt with them."""
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def visible(text: str, longest: int | None = None) -> str:
    """`text` on one line, with each character that shows as nothing or moves others written as its number.

    Different texts stay different, unless they are cut to `longest` characters.
    """
    shown = "".join(map(_visible, text))
    return shown if longest is None or len(shown) <= longest else f"{shown[: longest - 1]}…"


def cell(text: str) -> str:
    """`text` for a cell of a CSV file, which no spreadsheet takes for a formula
    (https://owasp.org/www-community/attacks/CSV_Injection).
    """
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _visible(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if unicodedata.category(character) not in _INVISIBLE or character in _JOINERS:
        return character
    return written_out(character)
