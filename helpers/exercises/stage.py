"""The stage: what surrounds a learner's function while it is called, and the drivers that call it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from anthropic import Anthropic

from helpers.exercises.observation import Observation, describe, encode
from helpers.replay import RequestBudgetExceeded


class Stage:
    """What a driver has to hand: a client, the case's inputs, and a `write` that records."""

    def __init__(self, client: Anthropic, inputs: Mapping[str, Any]) -> None:
        self.client = client
        self.inputs = inputs
        self.wrote: list[str] = []

    def write(self, text: str) -> None:
        """Show `text` to the user."""
        self.wrote.append(str(text))


Driver: TypeAlias = Callable[[Callable[..., Any], Stage], Any]


def call(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs)`."""
    return function(stage.client, **stage.inputs)


def call_with_write(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`."""
    return function(stage.client, **stage.inputs, write=stage.write)


def observe(function: Callable[..., Any], driver: Driver, stage: Stage) -> Observation:
    """Call `function` as `driver` does. Whatever it raises is an observation, not an error; Ctrl-C passes through."""
    try:
        value = encode(driver(function, stage))
    except RequestBudgetExceeded as error:
        return Observation(wrote=tuple(stage.wrote), stopped=str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - also SystemExit: a learner's exit must not be ours
        return Observation(raised=describe(error), wrote=tuple(stage.wrote))
    return Observation(value=value, wrote=tuple(stage.wrote))
