"""Our `split_batches` at the API's real limits, quickly and in little memory."""

import json
import resource
from collections.abc import Callable, Iterator
from typing import Any, Final

import anthropic
import httpx2
import pytest

from helpers.client import new_engine
from helpers.facts.limits import LIMITS, MAX_BATCH_REQUESTS, request_size
from helpers.judging.solutions import solution_source
from helpers.lessons.found import exercise_named
from helpers.replay import ReplayTransport
from helpers.settings import MODEL, Settings

Split = Callable[[list[dict[str, Any]]], list[list[dict[str, Any]]]]
MEGABYTES: Final = 1_000_000


@pytest.fixture(scope="module")
def split() -> Split:
    """Our solution, as lesson 03 shows it."""
    namespace: dict[str, Any] = {"json": json}
    exec(solution_source(exercise_named("split_batches")), namespace)
    function: Split = namespace["split_batches"]
    return function


def request(number: int, text: str) -> dict[str, Any]:
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
    return {"custom_id": f"doc-{number}", "params": params}


def test_hundred_thousand_requests(split: Split) -> None:
    """The 100,001st begins a second batch."""
    batches = split([request(number, "short") for number in range(MAX_BATCH_REQUESTS + 1)])
    assert [len(batch) for batch in batches] == [MAX_BATCH_REQUESTS, 1]


def peak_memory() -> int:
    """Bytes that this process has needed at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("excess", [0, 1])
def test_256_megabytes(split: Split, excess: int) -> None:
    """Ten requests that are 256 MB to the byte make one batch; with one byte more, two. In far less than 256 MB."""
    before = peak_memory()
    text = "x" * (25 * MEGABYTES)  # the same in each request, so that it is in memory once
    requests = [request(number, text) for number in range(10)]
    whole = len(b'{"requests":[]}') + sum(map(request_size, requests)) + len(requests) - 1
    requests.append(request(10, "x" * (LIMITS["batches"] - whole - 1 - request_size(request(10, "")) + excess)))
    assert [len(batch) for batch in split(requests)] == ([11] if excess == 0 else [10, 1])
    assert peak_memory() - before < 200 * MEGABYTES


@pytest.mark.parametrize("excess", [0, 1])
def test_the_api_draws_the_line_there(excess: int) -> None:
    """The SDK's own low-level call: 256 MB are read (and are no batch), one byte more is a 413. Nothing is kept."""
    size = LIMITS["batches"] + excess

    def zeros() -> Iterator[bytes]:
        for start in range(0, size, MEGABYTES):
            yield bytes(min(MEGABYTES, size - start))

    engine = new_engine("plain", Settings())
    http_client = httpx2.Client(transport=ReplayTransport(engine))
    with anthropic.Anthropic(api_key="replay", base_url="http://replay.invalid", http_client=http_client) as client:
        expected = anthropic.BadRequestError if excess == 0 else anthropic.ContentTooLargeError
        with pytest.raises(expected):
            client.post(
                "/v1/messages/batches",
                cast_to=object,
                content=zeros(),
                options={"headers": {"content-length": str(size), "content-type": "application/json"}},
            )
    assert engine.log[0].request_bytes == size
