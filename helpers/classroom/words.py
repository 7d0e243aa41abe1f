"""What a learner controls, made safe to show: names of folders and files, and the words of what their code raised."""

import re
from typing import Final

from helpers.grading.plain import visible_or_written_out

_FORMULA: Final = re.compile(
    r"""
      (?: ^ | [;,|:] ) ["'\u2019\s]*  (?= [=+\-@＝＋－＠] )
    | \s ["'\u2019]*                  (?= [=＝]+ [^\s=＝] )
    """,
    re.VERBOSE,
)
"""Up to the sign of what would be a formula: where a cell begins, and after whatever may be said to separate cells when
the file is opened. Quotation marks between are then the file's own. After a space only `=1` is one, so that `x = 1` and
`a - b` stay as they are; tabs are written out."""
_MARK: Final = "\u2019"
"""Not the straight apostrophe that one reads about: who opens the file may say that those are its quotation marks."""


def visible(text: str, longest: int | None = None) -> str:
    """`text` on one line, with each character that shows as nothing or moves others written as its number.

    Different texts stay different, unless they are cut to `longest` characters.
    """
    shown = "".join(map(_visible, text))
    return shown if longest is None or len(shown) <= longest else f"{shown[: longest - 1]}…"


def cell(text: str) -> str:
    """`text` for a cell of a CSV file, of which no spreadsheet takes anything for a formula, also where it splits the
    file at another separator than the comma (https://owasp.org/www-community/attacks/CSV_Injection).

    Different texts stay different.
    """
    return _FORMULA.sub(rf"\g<0>{_MARK}", visible(text))


def _visible(character: str) -> str:
    return "\\\\" if character == "\\" else visible_or_written_out(character)
