"""How the functions of lesson 01 are called."""

from collections.abc import Callable
from typing import Any

from helpers.calling.stage import Stage
from helpers.settings import MODEL


def answer_then_judge(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask the prompt through the SDK, streamed or not, then call `function(message)`."""
    inputs = stage.inputs
    prompt, room = inputs["prompt"], inputs["max_tokens"]
    if not inputs["streamed"]:
        return function(
            stage.client.messages.create(model=MODEL, max_tokens=room, messages=[{"role": "user", "content": prompt}])
        )
    with stage.client.messages.stream(
        model=MODEL, max_tokens=room, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        message = stream.get_final_message()
    return function(message)
