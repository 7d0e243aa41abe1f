"""What a request can cost at most, and what its answer did cost."""

from typing import Any, Final

import pytest

from helpers.errors import CourseError
from helpers.facts.models import MODELS
from helpers.facts.prices import BATCH_SHARE, price_of
from helpers.live.cost import TOOL_TOKENS, at_most, cost_of
from helpers.settings import MODEL

ASKED: Final[dict[str, Any]] = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": "Hello"}]}
PRICE: Final = price_of(MODEL)
WINDOW: Final = MODELS[MODEL].max_input_tokens or 0


def turn(*blocks: Any) -> dict[str, Any]:
    return {**ASKED, "messages": [{"role": "user", "content": list(blocks)}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "most"),
    [
        pytest.param("POST", "/v1/messages", ASKED, PRICE.cost(120, 200), id="a token for every byte"),
        pytest.param(
            "POST", "/v1/messages", {**ASKED, "tools": [{"name": "x"}]}, PRICE.cost(120 + TOOL_TOKENS, 200), id="tools"
        ),
        pytest.param(
            "POST", "/v1/messages", turn({"type": "text", "cache_control": {}}), PRICE.cost(240, 200), id="cached"
        ),
        pytest.param(
            "POST",
            "/v1/messages",
            turn({"type": "image", "source": {"type": "url"}}),
            PRICE.cost(WINDOW, 200),
            id="fetched",
        ),
        pytest.param(
            "POST",
            "/v1/messages",
            {**ASKED, "tools": [{"type": "web_search_20250305"}]},
            PRICE.cost(WINDOW, 200),
            id="searched",
        ),
        pytest.param(
            "POST",
            "/v1/messages/batches",
            {"requests": [{"params": ASKED}, {"params": ASKED}]},
            2 * BATCH_SHARE * PRICE.cost(120, 200),
            id="a batch",
        ),
        pytest.param("POST", "/v1/messages/count_tokens", ASKED, 0.0, id="counting"),
        pytest.param("GET", "/v1/models", {}, 0.0, id="the models"),
        pytest.param("GET", "/v1/messages/batches", {}, 0.0, id="looking at batches"),
    ],
)
def test_at_most(method: str, path: str, body: dict[str, Any], most: float) -> None:
    """Whatever the answer will be, it costs no more; and what is free is known to be."""
    assert at_most(method, path, body, 120) == pytest.approx(most)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**ASKED, "max_tokens": "many"},
        {**ASKED, "messages": None},
        {**ASKED, "tools": 7},
        {**ASKED, "max_tokens": -5},
    ],
)
def test_no_request(body: dict[str, Any]) -> None:
    """What the API refuses anyway has a price too, or none that is known, and never breaks the count."""
    try:
        assert at_most("POST", "/v1/messages", {"model": MODEL, **body}, 50) >= 0
    except CourseError as error:
        pytest.fail(str(error))


def test_unknown_model() -> None:
    """Of a model without a price nobody can say what it costs: a sentence, and where to add it."""
    with pytest.raises(CourseError, match=r"There is no price of 'claude-next' in helpers/facts/data/prices\.json"):
        at_most("POST", "/v1/messages", {**ASKED, "model": "claude-next"}, 50)


def test_cost_of() -> None:
    """Tokens that were read, written or cached are counted, under the dated name of the model too."""
    usage = {"input_tokens": 10, "output_tokens": 20, "cache_read_input_tokens": 30, "cache_creation_input_tokens": 40}
    assert cost_of("claude-haiku-4-5-20251001", usage) == pytest.approx(price_of("claude-haiku-4-5").cost(120, 20))
    assert cost_of(MODEL, {"input_tokens": None}) == 0.0
