"""How the functions of lesson 09 are called."""

import inspect
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import httpx2
from anthropic import Anthropic, APIError, APIRequest, APIResponse, CallNext

from helpers.calling.observation import encode
from helpers.calling.sleeping import quick_sleeps
from helpers.calling.stage import Stage
from helpers.facts.prices import Rates
from helpers.settings import MODEL


def _message_params(stage: Stage) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1024, "messages": turns(stage.inputs["prompt"])}


def turns(prompt: Any) -> list[Any]:
    """The messages of a request that asks `prompt`."""
    return [{"role": "user", "content": prompt}]


def _with_key(stage: Stage) -> Anthropic:
    """The client, with the case's key: one that can be told from any other text."""
    return stage.client.with_options(api_key=stage.inputs["key"])


def line_of(function: Callable[..., Any], stage: Stage) -> Any:
    """Make one call as the case says, then call `function` with what came of it."""
    known = _one_call(_with_key(stage).with_options(max_retries=0), stage)
    error = known["error"]
    stage.notes["error"] = [type(error).__name__, str(error), getattr(error, "api_message", None) or ""]
    given = {name: stage.inputs[name] for name in ("timestamp", "latency")}
    line = function(**given, model=MODEL, **known)
    try:
        json.dumps(line)
    except TypeError as error:
        stage.notes["not_json"] = str(error)
    return line


def _one_call(client: Anthropic, stage: Stage) -> dict[str, Any]:
    """What is known after the call: the message, the error, and the request id where only the stream knows it."""
    params = _message_params(stage)
    try:
        if not stage.inputs["streamed"]:
            return {"message": client.messages.create(**params), "error": None, "request_id": None}
        with client.messages.stream(**params) as stream:
            error: Exception | None = None
            try:
                stream.until_done()
            except Exception as broken:  # noqa: BLE001 - streams break in more families than one
                error = broken
            return {"message": stream.current_message_snapshot, "error": error, "request_id": stream.request_id}
    except APIError as refused:
        return {"message": None, "error": refused, "request_id": None}


_STANDARD_ATTRIBUTES: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Recorder(logging.Handler):
    """Keeps what is logged: as `extra`, as a dictionary in place of the message, or as JSON in it."""

    def __init__(self, lines: list[Any]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the fields of `record`."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD_ATTRIBUTES}
        self._lines.append(encode({"level": record.levelname, **_fields(record), **extra}))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    if isinstance(record.msg, dict):
        return record.msg
    said = record.getMessage()
    begin = said.find("{")
    try:
        value = json.loads(said[begin:]) if begin >= 0 else None
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"said": said}


def _recording_logger(stage: Stage) -> logging.Logger:
    lines: list[Any] = []
    stage.notes["lines"] = lines
    logger = logging.Logger("calls", logging.DEBUG)
    logger.addHandler(Recorder(lines))
    return logger


def call_with_logger(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, prompt, logger)`. Where the case says so, somebody interrupts it in mid-answer."""
    client = _with_key(stage)
    if stage.inputs["interrupted"]:
        client = client.with_options(middleware=[_interrupting])
    began = time.perf_counter()
    try:
        with quick_sleeps([], 0.0):
            return function(client, prompt=stage.inputs["prompt"], logger=_recording_logger(stage))
    except Interruption:
        stage.notes["passed_on"] = True
        return None
    finally:
        stage.notes["took"] = time.perf_counter() - began


class Interruption(KeyboardInterrupt):
    """Ctrl-C, but ours: a real one passes through."""


class _Interrupted(httpx2.SyncByteStream):
    """A body in which somebody presses Ctrl-C after a few pieces."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from islice(self._body, PIECES)
        raise Interruption

    def close(self) -> None:
        self._body.close()


PIECES: Final = 4


def _interrupting(request: APIRequest, call_next: CallNext) -> APIResponse[Any]:
    response = call_next(request)
    if response.http_response.is_stream_consumed:
        raise Interruption
    response.http_response.stream = _Interrupted(response.http_response.stream)
    return response


def with_middleware(function: Callable[..., Any], stage: Stage) -> Any:
    """Ask through a client that has what `function(logger)` returns as its middleware, as often as the case says."""
    middleware = function(_recording_logger(stage))
    stage.notes["is_middleware"] = callable(middleware) and not inspect.iscoroutinefunction(middleware)
    if not stage.notes["is_middleware"]:
        return None
    client = _with_key(stage).with_options(middleware=[middleware])
    try:
        with quick_sleeps([], 0.0):
            for _ in range(stage.inputs["calls"] - 1):
                _asked(client, stage)
            return _read(client, stage) if stage.inputs["streamed"] else _asked(client, stage)
    except APIError as error:
        stage.notes["failed"] = type(error).__name__
        return None


def _asked(client: Anthropic, stage: Stage) -> str | None:
    message: Any = client.messages.create(**_message_params(stage))
    stage.notes["nothing"] = message is None
    return None if message is None else "".join(block.text for block in message.content)


def _read(client: Anthropic, stage: Stage) -> str | None:
    created: Any = client.messages.create(**_message_params(stage), stream=True)
    stage.notes["nothing"] = created is None
    if created is None:
        return None
    text, moments = "", []
    for event in created:
        if event.type == "content_block_delta":
            text += event.delta.text
            moments.append(stage.clock.now())
    stage.notes["arrived_over"] = moments[-1] - moments[0] if moments else 0.0
    return text


def find(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(lines)`."""
    return function(list(stage.inputs["lines"]))


def priced(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(lines, prices)`."""
    prices = {
        model: Rates(**{name: Decimal(amount) for name, amount in rates.items()})
        for model, rates in stage.inputs["prices"].items()
    }
    costs = function([dict(line) for line in stage.inputs["lines"]], prices)
    return dict(costs) if isinstance(costs, Mapping) else costs


def watch(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(lines)`, each line a dictionary."""
    return function([dict(line) for line in stage.inputs["lines"]])
