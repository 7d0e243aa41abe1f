"""How the functions of lesson 06 are called."""

from collections.abc import Callable
from typing import Any, Final

from anthropic import Anthropic, APIError, APIRequest, APIResponse, CallNext

from helpers.calling.sleeping import quick_sleeps, same_jitter
from helpers.calling.stage import Stage
from helpers.settings import MODEL


def use_client(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask through the client that `function(client)` returns, or through the one that it was given."""
    made = function(stage.client)
    stage.notes["is_client"] = isinstance(made, Anthropic)
    if not isinstance(made, Anthropic):
        return None
    stage.notes["same_pool"] = made._client is stage.client._client
    if not stage.notes["same_pool"]:
        return None  # it could lead anywhere
    used = stage.client if stage.inputs["original"] else made
    try:
        used.messages.create(
            model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": stage.inputs["prompt"]}]
        )
    except APIError as error:
        return type(error).__name__
    return "answered"


STOPPED: Final = "interrupted"
"""What stands in place of an answer where the function was interrupted."""


class Interruption(KeyboardInterrupt):
    """Ctrl-C, but ours: a real one passes through."""


def _interrupting(request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
    call_next(request)
    raise Interruption


def within(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, prompt, seconds, clock)`; note how long that took, and what it really slept.

    Where the case says so, somebody presses Ctrl-C while the answer is awaited, and whether that goes through is noted.
    """
    began = stage.clock.now()
    slept = stage.notes["slept"] = []
    inputs = {name: value for name, value in stage.inputs.items() if name != "interrupted"}
    client = stage.client.with_options(middleware=[_interrupting]) if stage.inputs["interrupted"] else stage.client
    with quick_sleeps(slept), same_jitter():
        try:
            return function(client, **inputs, clock=stage.clock)
        except Interruption:
            stage.notes["went_through"] = True
            return STOPPED
        finally:
            stage.notes["took"] = stage.clock.now() - began
