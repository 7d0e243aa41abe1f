"""What several checks of lesson 09 need."""

import json
from collections.abc import Mapping
from typing import Any, Final

from helpers.judging.check import Run
from helpers.judging.reading import noted
from helpers.lessons.logging.logs import FIELDS

WHERE: Final = "Where the request id is"
LINE: Final = "One line, seven fields"


def missing_fields(line: Mapping[str, Any]) -> list[str]:
    """Which of the seven fields a line lacks."""
    return [name for name in FIELDS if name not in line]


def tells_content(run: Run, line: Any) -> bool:
    """Whether what the customer asked, or was told, stands in the line."""
    written = json.dumps(line, ensure_ascii=False)
    secrets = (run.case.inputs["prompt"], run.case.expected["text"])
    return any(json.dumps(secret, ensure_ascii=False)[1:-1] in written for secret in secrets)


def logged_lines(run: Run) -> list[Mapping[str, Any]]:
    """What was logged, as far as it is lines with fields."""
    lines = noted(run, "lines")
    return [line for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []


def count_of_lines(run: Run) -> str:
    """How many lines were logged, in words."""
    count = len(logged_lines(run))
    return "one line" if count == 1 else f"{count} lines"
