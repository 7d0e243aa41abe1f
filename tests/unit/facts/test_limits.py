"""Request sizes: what the helpers count is what goes over the wire."""

from typing import Any

import pytest
from anthropic import Anthropic

from helpers.client import make_client, wire_log
from helpers.facts.limits import LIMITS, Endpoint, fits, request_size
from helpers.settings import MODEL

TEXTS = ["plain", "über größere Maße", 'two\nlines\tand a "quote"', "emoji 🙂, a null \x00", "</script> & 日本"]


def sent(client: Anthropic, **params: Any) -> int:
    client.messages.create(**params)
    return wire_log(client)[-1].request_bytes


@pytest.mark.parametrize("text", TEXTS)
def test_size_is_that_on_the_wire(text: str) -> None:
    """To the byte, whatever the text is made of."""
    payload = {"model": MODEL, "max_tokens": 10, "messages": [{"role": "user", "content": text}]}
    assert request_size(payload) == sent(make_client("plain"), **payload)


def test_size_of_a_batch_is_that_on_the_wire() -> None:
    """With the brackets and commas around its requests."""
    params = {"model": MODEL, "max_tokens": 10, "messages": [{"role": "user", "content": TEXTS[1]}]}
    requests: Any = [{"custom_id": f"doc-{number}", "params": params} for number in range(5)]
    client = make_client("plain")
    client.messages.batches.create(requests=requests)
    assert request_size({"requests": requests}) == wire_log(client)[-1].request_bytes


@pytest.mark.parametrize("endpoint", ["messages", "count_tokens"])
@pytest.mark.parametrize("excess", [0, 1])
def test_fits_at_the_real_limit(endpoint: Endpoint, excess: int) -> None:
    """The last byte fits, one more does not; as bytes or as what they are made of."""
    empty = request_size({"content": ""})
    payload = {"content": "x" * (LIMITS[endpoint] - empty + excess)}
    assert fits(endpoint, payload) is (excess == 0)
    assert fits(endpoint, bytes(LIMITS[endpoint] + excess)) is (excess == 0)


def test_umlauts_count_twice() -> None:
    """A text of 20 million two-byte characters is over the Messages limit, and far below that of a batch."""
    payload = {"content": "ü" * 20_000_000}
    assert not fits("messages", payload)
    assert fits("batches", payload)
