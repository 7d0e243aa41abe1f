"""How a help desk of lesson A2 is asked."""

from collections.abc import Callable
from typing import Any

from helpers.calling.observation import encode
from helpers.calling.stage import Stage


def answer_one(desk_class: Callable[..., Any], stage: Stage) -> Any:
    """Make a help desk, and let it answer the case's question. Its lines go into the notes."""
    lines: list[Any] = []
    stage.notes["lines"] = lines
    desk = desk_class(stage.client, lambda line: lines.append(encode(line)))
    return desk.reply(stage.inputs["question"])
