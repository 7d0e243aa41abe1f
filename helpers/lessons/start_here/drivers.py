"""How the functions of lesson 00 are called."""

from collections.abc import Callable
from typing import Any

from helpers.calling.stage import Stage
from helpers.settings import MODEL


def answer_then_call(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask the prompt through the SDK, then call `function(message)`."""
    message = stage.client.messages.create(
        model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": stage.inputs["prompt"]}]
    )
    return function(message)
