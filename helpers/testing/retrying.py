"""Rules about trying again: what is sent again, how often, and how soon."""

from collections.abc import Iterator, Sequence
from typing import Final

from helpers.replay.waits import LONGEST_WAIT
from helpers.replay.wire import Exchange
from helpers.testing.calls import BATCHES, Call, asked_wait, gap, passes
from helpers.testing.evidence import Evidence
from helpers.testing.finding import Finding

MOST_ATTEMPTS: Final = 10
"""At one call. Whoever makes more adds to the outage that they are waiting out."""
ROUND: Final = 60.0
"""Seconds of API time within which another round of attempts is a retry: later it may be a job that was put back."""
SLACK: Final = 0.05
"""Seconds, and that part of what was asked, by which a clock may be ahead."""
SAME: Final = 1.1
"""How much longer one wait may be than another that is as good as equal."""
CROWD: Final = 3
"""Calls that fail at the same time, and come back together."""


def retried_4xx(evidence: Evidence) -> Iterator[Finding]:
    """The same request again, after an answer that says that it is at fault itself."""
    for call in evidence.calls:
        for before, after in call.pairs:
            if _is_final(before):
                sent = len(call.attempts)
                yield Finding(
                    "retried_4xx",
                    f"your app sent the same request {sent} times although it was answered {before.status}. It is at "
                    "fault itself: only somebody who changes it can help.",
                    (before, after),
                )
                break


def stacked_retries(evidence: Evidence) -> Iterator[Finding]:
    """Another round of attempts, after the SDK's own."""
    for call in evidence.calls:
        if any(_is_another_round(before, after) for before, after in call.app_retries):
            own = next(place for place, one in enumerate(call.attempts[1:], 1) if one.retry_count == 0)
            yield Finding(
                "stacked_retries",
                f"your app sent {len(call.attempts)} requests; {own} were enough: each round of your loop is {own} of "
                "them, because the SDK tries again by itself.",
                call.attempts,
            )
        elif len(call.attempts) > MOST_ATTEMPTS:
            yield Finding(
                "retry_storm",
                f"{len(call.attempts)} attempts at one call. An API that has too much to do gets more of it from you.",
                call.attempts,
            )


def retry_after_ignored(evidence: Evidence) -> Iterator[Finding]:
    """An attempt that comes sooner than the API asked for."""
    for call in evidence.calls:
        for before, after in call.app_retries:
            asked, waited = asked_wait(before), gap(before, after)
            if asked is not None and waited + SLACK * (1 + asked) < asked:
                yield Finding(
                    "retry_after_ignored",
                    f"the {before.status} said to come back after {asked:g} s, and your app came back after "
                    f"{waited:.2f} s. An attempt before that fails for the same reason.",
                    (before, after),
                )
                break


def no_backoff(evidence: Evidence) -> Iterator[Finding]:
    """Waits that do not grow, or none."""
    for call in evidence.calls:
        pairs = [(before, after) for before, after in call.app_retries if passes(before) and asked_wait(before) is None]
        waits = [gap(before, after) for before, after in pairs]
        if len(waits) < 2 or max(waits) > max(min(waits) * SAME, SLACK):
            continue
        how = "without any wait" if max(waits) < SLACK else f"after {waits[0]:.2f} s each time"
        yield Finding(
            "no_backoff",
            f"your app tried again {len(waits)} times, {how}. Where the API names no wait, each has to be longer than "
            "the one before.",
            call.attempts,
        )


def no_jitter(evidence: Evidence) -> Iterator[Finding]:
    """Many calls that fail at the same time, and come back at the same time."""
    retried = _side_by_side([call for call in evidence.calls if _waits_as_it_likes(call)])
    if len(retried) < CROWD or not _all_equal(evidence, retried):
        return
    comebacks = tuple(call.app_retries[0][1] for call in retried)
    yield Finding(
        "no_jitter",
        f"{len(retried)} calls failed at the same time, waited equally long, and came back together: the API that had "
        "too much to do has it all at once again.",
        comebacks,
    )


def gave_up(evidence: Evidence) -> Iterator[Finding]:
    """A failure that passes, after which nobody tried anything."""
    if any(_is_final(call.last) for call in evidence.calls):
        return  # who was about to try again may have been stopped together with it
    for call in evidence.calls:
        last, asked = call.last, _but_for_the_model(call.last)
        if len(call.attempts) > 1 or not passes(last) or (last.retry_wait or 0.0) > LONGEST_WAIT:
            continue
        if any(one.number != last.number and _but_for_the_model(one) == asked for one in evidence.exchanges):
            continue  # it asked another model instead, or this one is the last of several
        what = f"a {last.status}" if last.status else "no answer at all"
        yield Finding(
            "gave_up",
            f"your app gave up after one request with {what}, and the next one might have been answered. Not retrying "
            "a 4xx does not mean retrying nothing.",
            (last,),
        )


def quota_hit(evidence: Evidence) -> Iterator[Finding]:
    """Requests that were refused, because more was asked than the account may."""
    if evidence.scenario is None or evidence.scenario.quota is None:
        return
    refused = tuple(one for one in evidence.exchanges if one.status == 429)
    if refused:
        yield Finding(
            "quota_hit",
            f"{len(refused)} of {len(evidence.exchanges)} requests ran into the limit of the account. Every answer "
            "before had said in its headers what was left.",
            refused,
        )


RULES: Final = (retried_4xx, stacked_retries, retry_after_ignored, no_backoff, no_jitter, gave_up, quota_hit)


def _but_for_the_model(one: Exchange) -> object:
    body = one.body
    return {**body, "model": None} if isinstance(body, dict) else (one.number, one.path)


def _is_final(one: Exchange) -> bool:
    """Whether the request is at fault itself. A new batch may be unknown for a moment: that 404 passes."""
    if one.status is None or not 400 <= one.status < 500 or passes(one):
        return False
    return not (one.status == 404 and one.method == "GET" and one.path.startswith(BATCHES))


def _is_another_round(before: Exchange, after: Exchange) -> bool:
    no_answer = before.status is None or before.status >= 400 or passes(before)
    return before.retry_count > 0 and no_answer and gap(before, after) < ROUND


def _waits_as_it_likes(call: Call) -> bool:
    """Whether the app tried again after what passes, and nobody had said when."""
    failed = [before for before, _ in call.app_retries]
    return bool(failed) and all(passes(one) and asked_wait(one) is None for one in failed)


def _side_by_side(calls: Sequence[Call]) -> Sequence[Call]:
    """Those that had begun before any of them tried again."""
    comeback = min((call.app_retries[0][1].number for call in calls), default=0)
    return [call for call in calls if call.first.number < comeback]


def _all_equal(evidence: Evidence, calls: Sequence[Call]) -> bool:
    """Whether they waited equally long: by what was asked of this process, else by when they came back."""
    if evidence.pauses:
        return len(evidence.pauses) >= len(calls) and len(set(evidence.pauses)) * len(calls) <= len(evidence.pauses)
    waits = [gap(*call.app_retries[0]) for call in calls]
    return max(waits) <= min(waits) * (1 + SLACK / 2)
