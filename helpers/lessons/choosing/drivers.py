"""How the functions of lesson 04 are called."""

from collections.abc import Callable
from typing import Any

from helpers.calling.stage import Stage
from helpers.facts.patterns import Pattern, call_from_json, task_from_json


def call_with_task(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(task)`; a pattern goes out as its name."""
    return _plain(function(task_from_json(stage.inputs["task"])))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Pattern) else value


def call_with_calls(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(calls)`."""
    return function([call_from_json(call) for call in stage.inputs["calls"]])
