"""The error map: every row is what the SDK really does, and an error can be told in one line."""

import anthropic
import pytest
from anthropic import APIConnectionError, APIStatusError

from helpers.client import make_client, wire_log
from helpers.facts.errors import ERROR_MAP, ErrorRow, describe_error, is_retryable
from helpers.replay import Fail, Scenario
from helpers.replay.waits import is_retried
from helpers.settings import MODEL

CHEAT_SHEET = {400, 401, 402, 403, 413, 429, 500, 504, 529}


def failing(scenario: Scenario | str) -> tuple[Exception, int]:
    """What an unstreamed call raises, and how many requests it took."""
    client = make_client(scenario)
    with pytest.raises(anthropic.APIError) as caught:
        client.messages.create(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}])
    return caught.value, len(wire_log(client))


@pytest.mark.parametrize("row", ERROR_MAP.values(), ids=str)
def test_every_row_is_raised(row: ErrorRow) -> None:
    """Status, type, class and number of requests are those of the row."""
    error, requests = failing(Scenario("one row", "always the same", then=Fail(row.status)))
    assert isinstance(error, APIStatusError)
    assert type(error) is getattr(anthropic, row.exception)
    assert (error.status_code, error.type) == (row.status, row.type)
    assert requests == (3 if row.retried_by_sdk else 1)
    if row.type is None:
        assert isinstance(error.body, str)
        assert (error.api_message, error.request_id) == (None, None)
    else:
        assert (error.api_message or "").startswith(row.example.removesuffix("."))


@pytest.mark.parametrize("row", ERROR_MAP.values(), ids=str)
def test_x_should_retry(row: ErrorRow) -> None:
    """What the row says of it is what comes, and agrees with what the SDK does."""
    error, _ = failing(Scenario("one row", "always the same", then=Fail(row.status)))
    assert isinstance(error, APIStatusError)
    assert error.response.headers.get("x-should-retry") == row.x_should_retry
    assert row.x_should_retry in (None, "true" if row.retried_by_sdk else "false")


def test_the_cheat_sheets_rows_are_marked() -> None:
    """Nine rows are the cheat sheet's."""
    assert {row.status for row in ERROR_MAP.values() if row.on_cheat_sheet} == CHEAT_SHEET


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_is_retried_as_the_sdk_does(status: int) -> None:
    """Also those that are in no table."""
    assert is_retryable(status) is is_retried(status, {})


def test_describe() -> None:
    """Status, type, message, advice and request id."""
    error, _ = failing(Scenario("one row", "always the same", then=Fail(400, "max_tokens: Field required")))
    said = describe_error(error)
    assert said.startswith(
        "400 invalid_request_error: max_tokens: Field required Read the message: fix the request, or the account. (req_"
    )


def test_describe_without_a_response() -> None:
    """A connection error has no status, no type and no id: its class names it."""
    error, _ = failing("refused")
    assert isinstance(error, APIConnectionError)
    assert describe_error(error) == "APIConnectionError: Connection error."


def test_describe_inside_a_stream() -> None:
    """The status of an error event is 200, so the advice comes from its type."""
    client = make_client("error_event")
    with (
        pytest.raises(APIStatusError) as caught,
        client.messages.stream(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Hello"}]) as stream,
    ):
        stream.until_done()
    assert describe_error(caught.value).startswith("200 overloaded_error: Overloaded Back off and try again. (req_")


def test_describe_a_page() -> None:
    """A page of HTML has neither type nor request id. It is told on one line, with the advice of its status."""
    error, _ = failing("bad_gateway")
    assert describe_error(error).startswith("502: <html> <head><title>502 Bad Gateway</title></head>")
    assert describe_error(error).endswith("</html> Back off and try again.")


@pytest.mark.parametrize("error", [KeyError("id"), ValueError()])
def test_describe_what_the_api_did_not_say(error: Exception) -> None:
    """Without status and type there is no advice: a page's row has no type either, and is not meant."""
    assert describe_error(error) == f"{type(error).__name__}: {error}".strip()


def test_describe_an_unknown_status() -> None:
    """Without a row there is no advice."""
    error, _ = failing(Scenario("odd", "a status that is in no table", then=Fail(418)))
    assert describe_error(error).startswith("418 api_error: Error (req_")
