"""How the functions of lesson 03 are called."""

import inspect
from collections.abc import Callable
from typing import Any

from anthropic import APIStatusError

from helpers.calling.sleeping import quick_sleeps
from helpers.calling.stage import Stage
from helpers.facts.prices import Price
from helpers.settings import MODEL


def call_alone(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(**inputs)`: it needs no client."""
    return function(**stage.inputs)


def split_and_send(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(**inputs)` and create a batch of each list that it returns, to see what that is on the wire.

    Which limits it takes where nobody gives any is noted.
    """
    stage.notes["defaults"] = _defaults(function)
    parts = function(**stage.inputs)
    if isinstance(parts, list):
        for part in filter(lambda one: isinstance(one, list), parts):
            try:
                stage.client.messages.batches.create(requests=part)
            except APIStatusError as error:
                stage.notes.setdefault("refused", []).append(error.api_message)
    return parts


def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    """What the parameters are that need not be given, by name."""
    parameters = inspect.signature(function).parameters.values()
    return {one.name: one.default for one in parameters if one.default is not one.empty}


def end_and_collect(function: Callable[..., Any], stage: Stage) -> Any:
    """Create a batch, see it end, then call `function(client, batch_id)`."""
    batch = stage.client.messages.batches.create(requests=stage.inputs["requests"])
    stage.client.messages.batches.retrieve(batch.id)
    with quick_sleeps([], 0.0):
        return function(stage.client, batch_id=batch.id)


def call_with_price(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(input_tokens, output_tokens, price)`."""
    inputs = stage.inputs
    return function(inputs["input_tokens"], inputs["output_tokens"], Price(**inputs["price"]))


def create_and_wait(function: Callable[..., Any], stage: Stage) -> Any:
    """Create a batch, then call `function(client, batch_id, sleep, deadline)`. What it sleeps is noted."""
    params = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Sum up: nothing happened."}]}
    batch = stage.client.messages.batches.create(requests=[{"custom_id": "doc-1", "params": params}])  # type: ignore[typeddict-item]
    if stage.inputs["cancel"]:
        stage.client.messages.batches.cancel(batch.id)
    slept: list[float] = []
    stage.notes["slept"] = slept

    def sleep(seconds: float) -> None:
        slept.append(float(seconds))
        stage.clock.sleep(seconds)

    return function(stage.client, batch_id=batch.id, sleep=sleep, deadline=stage.inputs["deadline"])
