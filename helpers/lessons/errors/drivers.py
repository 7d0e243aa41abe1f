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
                    stream.until_done()
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
    """Call `function(endpoint, payload)` with a payload that is built here: it is too large to be an input."""
    inputs = stage.inputs
    params: dict[str, Any] = {
        "model": MODEL,
        "messages": [{"role": "user", "content": inputs["text"] * inputs["times"]}],
    }
    if inputs["endpoint"] == "count_tokens":
        return function("count_tokens", params)
    params["max_tokens"] = 1024
    if inputs["endpoint"] == "batches":
        return function("batches", {"requests": [{"custom_id": "doc-1", "params": params}]})
    return function(inputs["endpoint"], params)
