"""Rules about how an answer ends, and what the app makes of it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from helpers.replay.wire import Exchange
from helpers.testing.calls import MESSAGES, Call
from helpers.testing.evidence import UNSAID, Evidence, says_whole
from helpers.testing.finding import Finding

PATIENCE: Final = 120.0
"""Seconds of silence after which nobody is waiting any more, but for an app that has no timeout of its own."""
SILENT: Final = ("stall", "warm_stall", "timeout")


def taken_for_whole(evidence: Evidence) -> Iterator[Finding]:
    """An answer that broke, and that was handed on as if it had not."""
    for call, outcome in _outcomes(evidence):
        if outcome is not UNSAID and says_whole(outcome) and not call.last.whole:
            yield Finding(
                "taken_for_whole",
                f"{_what_came(call.last)}, and your app made `{_shortened(outcome)}` of it. Whoever called it cannot "
                "tell that from a whole answer.",
                (call.last,),
            )


def outcome_not_said(evidence: Evidence) -> Iterator[Finding]:
    """An answer that broke, and nobody knows what the app made of it."""
    broke = [call.last for call, outcome in _outcomes(evidence) if outcome is UNSAID and _broke(call.last)]
    if broke:
        yield Finding(
            "outcome_not_said",
            f"{_what_came(broke[-1])}. The wire cannot show whether your app noticed, and the test does not say.",
            tuple(broke),
        )


def no_timeout(evidence: Evidence) -> Iterator[Finding]:
    """Silence that was waited out."""
    for one in evidence.exchanges:
        waited = 0.0 if one.ended is None else one.ended - one.started
        if one.ending in SILENT and waited >= PATIENCE:
            no_end = "no end of its own" if one.read_timeout >= waited else f"{one.read_timeout:g} s for each byte"
            yield Finding(
                "no_timeout",
                f"nothing came any more, and your app waited {waited:.0f} s. The attempt had {no_end}.",
                (one,),
            )
            return


def read_to_its_end(evidence: Evidence) -> Iterator[Finding]:
    """A stream that goes on, although whoever asked has left."""
    if not evidence.left:
        return
    streams = [one for one in evidence.exchanges if is_stream(one) and one.status == 200]
    unheard = tuple(one for one in streams if one.ending != "abandoned")
    if unheard:
        yield Finding(
            "read_to_its_end",
            f"nobody was reading any more, and the connection stayed open: {len(unheard[0].events)} events were sent "
            "all the same, and are paid for.",
            unheard,
        )


RULES: Final = (taken_for_whole, outcome_not_said, no_timeout, read_to_its_end)


def _outcomes(evidence: Evidence) -> Sequence[tuple[Call, Any]]:
    """What came of each call that asked for a message; where there is one outcome, it is that of the last."""
    calls = [call for call in evidence.calls if call.first.path == MESSAGES]
    if evidence.outcomes is not None:
        return list(zip(calls, evidence.outcomes, strict=True))
    if evidence.outcome is not UNSAID:
        return [(call, evidence.outcome) for call in sorted(calls, key=lambda call: call.last.number)[-1:]]
    return [(call, UNSAID) for call in calls]


def _broke(one: Exchange) -> bool:
    """Whether an answer began, and did not come to its end. Whoever left it knows that."""
    return one.status == 200 and one.ending not in (None, "clean", "abandoned")


def is_stream(one: Exchange) -> bool:
    """Whether it asked for a stream."""
    body = one.body
    return isinstance(body, dict) and body.get("stream") is True


_CAME: Final = {
    "truncate": "the stream ended before `message_stop`, and nothing was raised",
    "error_event": "the stream broke with an error after its 200",
    "page": "a page of somebody else came with the status 200",
    "empty": "the answer was a 200 with nothing in it",
    "abandoned": "your app left before the answer was whole",
    "refused": "there was no connection",
    "timeout": "nothing came before the timeout",
}


def _what_came(one: Exchange) -> str:
    if one.status is not None and one.status >= 400:
        return f"the answer was a {one.status}"
    return _CAME.get(str(one.ending), f"the answer broke off after its 200 ({one.ending})")


def _shortened(outcome: Any) -> str:
    shown = repr(outcome)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
