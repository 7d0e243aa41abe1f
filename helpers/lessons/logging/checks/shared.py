"""What several checks of lesson 09 need."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from helpers.facts.keys import tells_key
from helpers.judging.check import Misconception, Run
from helpers.judging.reading import noted
from helpers.lessons.logging.logs import FIELDS

WHERE: Final = "Where the request id is"
LINE: Final = "One line, seven fields"
KEY: Final = "No key, in any log"


def missing_fields(line: Mapping[str, Any]) -> list[str]:
    """Which of the seven fields a line lacks."""
    return [name for name in FIELDS if name not in line]


def tells_content(run: Run, line: Any) -> bool:
    """Whether what the customer asked, or was told, stands in the line."""
    written = json.dumps(line, ensure_ascii=False)
    secrets = (run.case.inputs["prompt"], run.case.expected["text"])
    return any(json.dumps(secret, ensure_ascii=False)[1:-1] in written for secret in secrets)


def key_logged(lines: Callable[[Run], Any]) -> Misconception:
    """The client's key stands in what was written down."""
    return Misconception(
        id="key_logged",
        applies=lambda run: tells_key(run.case.inputs["key"], lines(run)),
        cause="your line holds the API key. Whoever reads the log can now spend your money, and logs are copied to "
        "where nobody looks for keys.",
        next_step="Log single fields of what came back. The headers of a request and the client itself hold the key.",
        reread=KEY,
    )


def logged_lines(run: Run) -> list[Mapping[str, Any]]:
    """What was logged, as far as it is lines with fields."""
    lines = noted(run, "lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def count_of_lines(run: Run) -> str:
    """How many lines were logged, in words."""
    count = len(logged_lines(run))
    return "one line" if count == 1 else f"{count} lines"
