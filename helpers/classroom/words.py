"""What a learner controls, made safe to show: names of folders and files, and the words of what their code raised."""

from typing import Final

from helpers.grading.plain import visible_or_written_out

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
    return "\\\\" if character == "\\" else visible_or_written_out(character)
