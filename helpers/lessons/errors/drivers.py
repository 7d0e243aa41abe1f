"""How the functions of lesson 05 are called."""

from collections.abc import Callable, Mapping
from typing import Any

import anthropic

from helpers.calling.stage import Stage
from helpers.settings import MODEL


def fail_and_tell(function: Callable[..., Any], stage: Stage) -> Any:
    """Let a call fail as the case says, and call `function(error)`."""
    return function(_failure(stage.client.with_options(max_retries=0), stage.inputs))


def _failure(client: anthropic.Anthropic, inputs: Mapping[str, Any]) -> Exception:
    """What is raised. All but a bug of ours goes through the SDK."""
    try:
        match inputs["how"]:
            case "stream":
                with client.messages.stream(
                    model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": inputs["prompt"]}]
                ) as stream:
                    stream.get_final_message()
            case "own bug":
                raise KeyError(inputs["prompt"])
            case _:
                client.messages.create(
                    model=MODEL,
                    max_tokens=inputs.get("max_tokens", 1024),
                    messages=[{"role": "user", "content": inputs["prompt"]}],
                )
    except Exception as error:  # noqa: BLE001 - all of them are what the learner's function is about
        return error
    raise AssertionError("the call was to fail")


def build_and_ask(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(endpoint, payload)` with payloads that are built here: they are too large to be an input.

    Where the case names what is `beside` the payload, in letters, notes what the function says to those, down to the
    first that fits.
    """
    inputs = stage.inputs

    def ask(letters: int) -> Any:
        return function(inputs["endpoint"], _payload(inputs["endpoint"], inputs["text"] * (inputs["times"] + letters)))

    said = stage.notes["beside"] = []
    for letters in inputs.get("beside", ()):
        said.append(ask(letters))
        if said[-1] is True:  # what is smaller would take as long to write, and fit as well
            break
    return ask(0)


def _payload(endpoint: str, text: str) -> dict[str, Any]:
    params: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": text}]}
    if endpoint == "count_tokens":
        return params
    params["max_tokens"] = 1024
    if endpoint == "batches":
        return {"requests": [{"custom_id": "doc-1", "params": params}]}
    return params
