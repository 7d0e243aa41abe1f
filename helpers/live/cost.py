"""What a request costs at most, known before it is sent, and what its answer did cost."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from helpers.errors import CourseError
from helpers.facts.models import model_facts
from helpers.facts.prices import BATCH_SHARE, CACHE_WRITE_SHARE, price_of

Json = Mapping[str, Any]

MESSAGES: Final = "/v1/messages"
BATCHES: Final = "/v1/messages/batches"
TOOL_TOKENS: Final = 1000
"""More than the prompt that the API itself adds where there are tools."""
ELSEWHERE: Final = ("url", "file")
"""Sources that the API fetches: their tokens are not in the request."""


def at_most(method: str, path: str, body: Json, size: int) -> float:
    """Dollars that the answer to a request of `size` bytes can cost at most; 0.0 where it costs nothing.

    Raises `CourseError` where nobody can say: there is no price of the model, or no limit.
    """
    if method != "POST":
        return 0.0
    if path.endswith(BATCHES):
        lines = [line.get("params", {}) for line in _dicts(body.get("requests"))]
        return BATCH_SHARE * sum(_message_at_most(params, size) for params in lines)
    return _message_at_most(body, size) if path.endswith(MESSAGES) else 0.0


def cost_of(model: str, usage: Json) -> float:
    """Dollars that an answer with this `usage` cost. What was read from a cache counts as if it had been sent anew."""
    count = {name: _number(usage.get(name)) for name in ("input_tokens", "output_tokens")}
    read, written = (_number(usage.get(f"cache_{kind}_input_tokens")) for kind in ("read", "creation"))
    tokens = count["input_tokens"] + read + CACHE_WRITE_SHARE * written
    return price_of(model).cost(tokens, count["output_tokens"])


def _message_at_most(params: Json, size: int) -> float:
    model, room = str(params.get("model")), params.get("max_tokens")
    price = price_of(model)
    return price.cost(_tokens_at_most(params, model, size), _number(room))


def _tokens_at_most(params: Json, model: str, size: int) -> float:
    """A token is a byte at least. Where more may come than was sent, the model's window is the limit."""
    if any(map(_reaches_out, _values(params))):
        facts = model_facts(model)
        if facts is None or facts.max_input_tokens is None:
            raise CourseError(
                f"What {model!r} would be sent cannot be counted beforehand: leave out what the API fetches itself."
            )
        tokens: float = facts.max_input_tokens
    else:
        tokens = size + (TOOL_TOKENS if params.get("tools") else 0)
    return tokens * (CACHE_WRITE_SHARE if any("cache_control" in value for value in _values(params)) else 1)


def _reaches_out(value: Json) -> bool:
    tools = _dicts(value.get("tools"))
    return (
        value.get("type") in ELSEWHERE
        or bool(value.get("mcp_servers"))
        or any(tool.get("type", "custom") != "custom" for tool in tools)
    )


def _values(value: Any) -> Iterable[Json]:
    """Every object in `value`, itself among them."""
    if isinstance(value, Mapping):
        yield value
        value = value.values()
    elif not isinstance(value, list):
        return
    for inner in value:
        yield from _values(inner)


def _dicts(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _number(value: Any) -> float:
    """`value`, or 0 where it is no number: the API refuses such a request, and it costs nothing."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0
