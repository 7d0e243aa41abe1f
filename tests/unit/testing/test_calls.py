"""Which requests are attempts of one call."""

from helpers.replay.wire import Exchange
from helpers.testing.calls import calls_in


def sent(number: int, started: float, ended: float, *, status: int = 529, count: int = 0, body: str = "a") -> Exchange:
    """A request that was answered."""
    return Exchange(
        number,
        "POST",
        "/v1/messages",
        {},
        body.encode(),
        1,
        count,
        started,
        status=status,
        ended=ended,
        ending="clean",
        retry_wait=0.5 if status == 529 else None,
    )


def numbers(*exchanges: Exchange) -> list[list[int]]:
    """The calls, as the numbers of their attempts."""
    return [[one.number for one in call.attempts] for call in calls_in(exchanges)]


def test_after_it_failed() -> None:
    """The same again, once it has failed."""
    assert numbers(sent(1, 0, 1), sent(2, 1, 2), sent(3, 5, 6, status=200)) == [[1, 2, 3]]


def test_answered() -> None:
    """What was answered is not tried again: the same question later is another call."""
    assert numbers(sent(1, 0, 1, status=200), sent(2, 1, 2)) == [[1], [2]]


def test_side_by_side() -> None:
    """Equal questions that are under way at once are calls of their own."""
    assert numbers(sent(1, 0, 1), sent(2, 0.5, 1.5), sent(3, 2, 3, count=1), sent(4, 2, 3, count=1)) == [[1, 4], [2, 3]]


def test_another_body() -> None:
    """Another question is another call."""
    assert numbers(sent(1, 0, 1), sent(2, 1, 2, body="b")) == [[1], [2]]


def test_much_later() -> None:
    """A job that was put back for an hour is a call of its own."""
    assert numbers(sent(1, 0, 1), sent(2, 3601, 3602)) == [[1], [2]]


def test_rounds_side_by_side() -> None:
    """Who begins while somebody else's SDK is still trying is not their next round."""
    one = (sent(1, 0, 1), sent(2, 1.5, 2.5, count=1), sent(4, 3, 4, count=2))
    other = (sent(3, 2.6, 3.6), sent(5, 4.1, 5.1, count=1))
    assert numbers(*sorted((*one, *other), key=lambda each: each.number)) == [[1, 2, 4], [3, 5]]


def test_threads() -> None:
    """Who asks the same in another thread has not asked twice, however late they begin."""
    calls = calls_in([sent(1, 0, 1), sent(2, 1.5, 2.5, count=1), sent(3, 2.5, 3.5)], {1: 1, 2: 1, 3: 2})
    assert [[one.number for one in call.attempts] for call in calls] == [[1, 2], [3]]


def test_another_round() -> None:
    """Who begins after it has given up is."""
    assert numbers(sent(1, 0, 1), sent(2, 1.5, 2.5, count=1), sent(3, 2.5, 3.5)) == [[1, 2, 3]]
