"""What is right of a relay, and what people get wrong of it, whichever of the two exercises it is of."""

from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Misconception, Run
from helpers.judging.endings import NEVER_BEGAN
from helpers.judging.reading import calls_made, noted, raised_name, shortened
from helpers.lessons.watching.checks.cases import CANCELLED, CLEAN, HEARTBEAT, MUST_TELL, SILENT, SLOW, TWO
from helpers.lessons.watching.checks.page import NEAR, Page, events_after, has_come, page, raw

MOST_AFTER: Final = 3
"""Events that upstream may send after the browser has left."""
SLACK: Final = 1.0
"""Seconds by which a heartbeat may be late."""
SSE: Final = "text/event-stream"


def is_left(run: Run) -> bool:
    """Whether the case's page is left before the answer is whole."""
    return run.case.inputs["leaves"] is not None


def wrong_page(run: Run) -> str | None:
    """What is wrong with what the pages saw; None where nothing is."""
    if is_left(run):
        return _wrong_leaving(run)
    for place in range(run.case.inputs["pages"]):
        wrong = _wrong_answer(run, page(run, place), place)
        if wrong:
            return wrong
    return f"{going_on(run)} of your tasks went on when the page had its answer." if going_on(run) else None


def _wrong_answer(run: Run, seen: Page, place: int) -> str | None:
    expected = run.case.expected
    if head := _wrong_head(seen):
        return head
    if not run.wire:
        return "no request went to the API."
    upstream = run.wire[place] if run.case.name == TWO and place < len(run.wire) else run.wire[-1]
    arrived = [
        piece for at, piece in zip(expected["places"], expected["pieces"], strict=True) if has_come(upstream, at)
    ]
    if seen.text != "".join(arrived):
        return f"the page has the text {shortened(seen.text)}, the API had sent {shortened(''.join(arrived))}."
    late = seen.late_by(upstream, expected["places"], expected["pieces"])
    if late > NEAR:
        return f"a piece of the answer was on the page {late:.1f} s after it had come."
    if seen.longest_silence > HEARTBEAT + SLACK:
        return f"nothing came for {seen.longest_silence:.0f} s."
    if not seen.is_utf8 or seen.rest:
        return f"the body is not UTF-8, or ends within an event: {shortened(seen.rest)}."
    return _wrong_end(run, seen)


def _wrong_head(seen: Page) -> str | None:
    if seen.status != 200:
        return f"expected the status 200, the page got {seen.status}."
    if media_type(seen) != SSE:
        return f"expected the content type `{SSE}`, the page got `{media_type(seen)}`."
    return None if passes_proxies(seen) else "a proxy may keep the answer until it is whole."


def _wrong_end(run: Run, seen: Page) -> str | None:
    last, complete = seen.last, run.case.expected["complete"]
    if not isinstance(last, dict) or not {"complete", "request_id"} <= set(last) or seen.names.count("done") != 1:
        return f"expected one last event `done` with `complete` and `request_id`, {told(seen)}."
    if last["complete"] is not complete:
        return f"`complete` must be {str(complete).lower()}, the page was told {shortened(last['complete'])}."
    if last["request_id"] != run.wire[-1].request_id and run.case.name != TWO:
        return f"the request id is `{run.wire[-1].request_id}`, the page was told {shortened(last['request_id'])}."
    if run.case.name in MUST_TELL and not tells_error(seen):
        return "expected an event `error` with a `message`."
    return "the page was told of an error, and there was none." if complete and "error" in seen.names else None


def _wrong_leaving(run: Run) -> str | None:
    seen = page(run)
    if seen.left is None:
        return "the answer had ended before the page was left."
    if paid_after(run) > MOST_AFTER:
        return f"upstream sent {paid_after(run)} events after the page was left."
    if any(one.ending != "abandoned" for one in run.wire):
        return "the connection to the API was not closed."
    if swallowed(run):
        return "your app was cancelled, and ended as if nothing had happened."
    return f"{going_on(run)} of your tasks went on after the page was left." if going_on(run) else None


def media_type(seen: Page) -> str:
    """The content type, without what may follow it."""
    return seen.headers.get("content-type", "").partition(";")[0].strip().lower()


def passes_proxies(seen: Page) -> bool:
    """Whether its headers say that it is neither to be kept nor to be gathered."""
    kept = {word.strip().lower() for word in seen.headers.get("cache-control", "").split(",")}
    return bool(kept & {"no-cache", "no-store"}) and seen.headers.get("x-accel-buffering", "").lower() == "no"


def tells_error(seen: Page) -> bool:
    """Whether it was told of an error, in words."""
    values = [said.value for said in seen.events if said.name == "error"]
    return any(isinstance(value, dict) and str(value.get("message") or "").strip() for value in values)


def told(seen: Page) -> str:
    """What came last, in words."""
    return f"the last one was {shortened(seen.names[-1])}" if seen.events else "there was none"


def paid_after(run: Run) -> int:
    """Events that upstream sent after the page was left."""
    left = page(run).left
    return 0 if left is None else sum(events_after(one, left) for one in run.wire)


def swallowed(run: Run) -> bool:
    """Whether the app was cancelled, and ended as if it had not been."""
    return raw(run).get("swallowed") is True


def going_on(run: Run) -> int:
    """Tasks that went on when every page was closed."""
    count = noted(run, "going_on")
    return count if isinstance(count, int) else 0


def said_page(run: Run) -> str:
    """What became of the page, in a few words for the picture."""
    seen = page(run)
    if is_left(run):
        return f"left; {_count(paid_after(run), 'event')} more"
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    last = seen.last
    if not isinstance(last, dict):
        return "no last event"
    return "told: complete" if last.get("complete") is True else "told: not complete"


def _waited(run: Run) -> dict[str, Any]:
    return next((raw(run, place) for place in range(run.case.inputs["pages"]) if raw(run, place).get("gave_up")), {})


def _texts(run: Run) -> Sequence[str]:
    pieces: Sequence[str] = run.case.expected["pieces"]
    return pieces


def _collected(run: Run) -> bool:
    seen = page(run)
    moments = [said.moment for said in seen.events if said.text]
    events = run.wire[-1].events if run.wire else ()
    arrivals = [events[place][1] for place in run.case.expected["places"] if place < len(events)]
    return bool(moments) and len(arrivals) > 2 and moments[0] >= arrivals[-1] - NEAR


def _one_at_a_time(run: Run) -> bool:
    return run.case.name == TWO and (len(run.wire) < 2 or run.wire[1].started - page(run, 1).opened > NEAR)


def _framed_badly(run: Run) -> bool:
    seen = page(run)
    return (
        run.case.name == CLEAN
        and bool(seen.moments)
        and any(said.name == "text" and said.text is None for said in seen.events)
    )


def misconceptions(
    relay: str, end: str, quiet: str, buffered: str, leaving: str, many: str
) -> tuple[Misconception, ...]:
    """What people get wrong of either relay, with the sections of the lesson to read again."""
    return (
        Misconception(
            id="no_response",
            applies=lambda run: bool(raw(run).get("not_a_response")),
            cause=lambda run: (
                f"you returned `{raw(run)['not_a_response']}`, and a server calls what it is given as ASGI says: "
                "with `scope`, `receive` and `send`."
            ),
            next_step="Return a `StreamingResponse`. What it is made of is a generator that yields the events.",
            reread=relay,
        ),
        Misconception(
            id="never_answers",
            applies=lambda run: bool(_waited(run)) and not _waited(run)["pieces"] and run.case.name != TWO,
            cause="the page had waited for 25 minutes, and not one byte had come. Your app waits for something that "
            "does not happen.",
            next_step="Find the `await` that nobody answers: a queue that nobody fills, an event that nobody sets.",
            reread=quiet,
        ),
        Misconception(
            id="flooded_the_page",
            applies=lambda run: raw(run).get("flooded") is True,
            cause="the page was sent 2,000 pieces, ten times as many as the longest answer has, and was closed then. "
            "A loop that yields without waiting fills the memory of every browser that asks.",
            next_step="Yield once for each event, and a heartbeat only where nothing has come for a while.",
            reread=quiet,
            decisive=True,
        ),
        Misconception(
            id="asked_again",
            applies=lambda run: calls_made(run) > run.case.inputs["pages"],
            cause=lambda run: (
                f"{_count(run.case.inputs['pages'], 'page')} asked, and you made {calls_made(run)} calls. Each is an "
                "answer that is paid for, and the page has already shown the beginning of the first."
            ),
            next_step="Open one stream in the generator, and tell the page when it breaks. Asking again is for the "
            "user.",
            reread=end,
            decisive=True,
        ),
        Misconception(
            id="collected",
            applies=lambda run: not is_left(run) and run.case.name == CLEAN and _collected(run),
            cause=lambda run: (
                f"the API had sent {len(_texts(run))} pieces, one after the other, before the page had the first of "
                "them. The user has looked at an empty page until the answer was whole."
            ),
            next_step="`yield` inside the loop over the stream, once for each piece.",
            reread=relay,
        ),
        Misconception(
            id="one_at_a_time",
            applies=_one_at_a_time,
            cause=lambda run: (
                "two pages asked, one second apart, and the second question went to the API only when the first answer "
                "was whole, or never. A lock that is held over `await` makes everybody wait for everybody."
            ),
            next_step="Share nothing between two calls but the client: it serves any number of streams at once.",
            reread=many,
        ),
        Misconception(
            id="framed_by_hand",
            applies=_framed_badly,
            cause=lambda run: (
                f"the answer has several lines, and the page got an event whose data is "
                f"{shortened(next(one.data for one in page(run).events if one.name == 'text' and one.text is None))}. "
                "In an event stream a line break ends a field: what comes after it is lost, or is read as a field of "
                "its own."
            ),
            next_step='Send `{"text": …}` as JSON on one line: `json.dumps` writes line breaks as `\\n`. `event()` '
            "does.",
            reread=relay,
        ),
        Misconception(
            id="unfinished_event",
            applies=lambda run: (
                run.case.name == CLEAN and bool(page(run).moments) and (bool(page(run).rest) or not page(run).events)
            ),
            cause=lambda run: (
                f"the page got {len(page(run).moments)} pieces of a body and {len(page(run).events)} whole events of "
                "them. An event ends with a blank line; before that a browser does not hand it on."
            ),
            next_step="End each event with two line breaks, as `event()` does.",
            reread=relay,
        ),
        Misconception(
            id="other_names",
            applies=lambda run: run.case.name == CLEAN and bool(page(run).events) and "text" not in page(run).names,
            cause=lambda run: (
                "the page waits for events named `text`, and yours "
                + (f"are named {shortened(page(run).names[0])}" if page(run).names[0] else "have no name")
                + ". It shows nothing."
            ),
            next_step='Name them as the page does: `text`, `error`, `done`: `event("text", text=…)`.',
            reread=relay,
        ),
        Misconception(
            id="other_media_type",
            applies=lambda run: page(run).status == 200 and media_type(page(run)) != SSE,
            cause=lambda run: (
                f"your response has the content type {shortened(media_type(page(run)) or None)}. A browser's "
                "`EventSource` closes the connection then, and proxies gather what they take for a document."
            ),
            next_step='`StreamingResponse(…, media_type="text/event-stream")`.',
            reread=buffered,
        ),
        Misconception(
            id="kept_by_a_proxy",
            applies=lambda run: page(run).status == 200 and not passes_proxies(page(run)),
            cause=lambda run: (
                "your headers let a proxy keep the answer until it is whole: "
                f"`cache-control` is {shortened(page(run).headers.get('cache-control'))}, `x-accel-buffering` is "
                f"{shortened(page(run).headers.get('x-accel-buffering'))}."
            ),
            next_step="Hand `headers=HEADERS` to the response: `cache-control: no-cache` and `x-accel-buffering: no`.",
            reread=buffered,
        ),
        Misconception(
            id="never_ends",
            applies=lambda run: bool(_waited(run)) and bool(_waited(run)["pieces"]) and run.case.name != TWO,
            cause=lambda run: (
                "upstream had ended, and the page was still open after 25 minutes: "
                + ("heartbeats came, and nothing else." if page(run).comments else "nothing more came.")
            ),
            next_step="End the generator when the stream has ended, however it did: put the end into a `finally`.",
            reread=quiet,
        ),
        Misconception(
            id="error_escapes",
            applies=lambda run: run.case.name in MUST_TELL and run.observation.raised is not None and not is_left(run),
            cause=lambda run: (
                f"`{raised_name(run)}` left your app. "
                + (
                    "The page had its 200 by then: all that a server can do is hang up, and the page can't tell why."
                    if page(run).status == 200
                    else "The page got a 500 of the server's own, and not one of your events."
                )
            ),
            next_step="Catch `anthropic.APIError`, `httpx2.HTTPError` and `ValueError` in the generator, around the "
            "whole `async with`, and yield an event `error`.",
            reread=end,
        ),
        Misconception(
            id="no_heartbeat",
            applies=lambda run: (
                run.case.name in (SILENT, SLOW)
                and not is_left(run)
                and bool(page(run).moments)
                and page(run).longest_silence > HEARTBEAT + SLACK
            ),
            cause=lambda run: (
                f"the page got not one byte for {page(run).longest_silence:.0f} s. The API did ping, or was waiting; "
                "the SDK hands on neither. Many a proxy closes what is silent for a minute, some after half of it."
            ),
            next_step="Let `with_heartbeats` stand between your events and the response: all of them, the first one "
            "too.",
            reread=quiet,
        ),
        Misconception(
            id="error_not_told",
            applies=lambda run: (
                run.case.name in MUST_TELL and page(run).last is not None and not tells_error(page(run))
            ),
            cause=lambda run: (
                f"{'no stream began' if run.case.name in NEVER_BEGAN else 'the stream broke'}, and the page was not "
                "told: no event `error` with a `message` came. Half an answer stands there, and looks like one."
            ),
            next_step='Yield `event("error", message=…)` in the `except` clause, and `done` after it.',
            reread=end,
        ),
        Misconception(
            id="no_last_event",
            applies=lambda run: (
                (not is_left(run) and page(run).over is not None and bool(page(run).events) and page(run).last is None)
                or (not is_left(run) and page(run).over is not None and not page(run).events and run.case.name != CLEAN)
            ),
            cause=lambda run: (
                f"your body ended, and its last event was no `done`: {told(page(run))}. The end of the bytes says "
                "nothing: a proxy that gives up ends them too."
            ),
            next_step="Yield `done` after the stream, whatever became of it, with `complete` and `request_id`.",
            reread=end,
        ),
        Misconception(
            id="half_called_complete",
            applies=lambda run: (
                not is_left(run)
                and not run.case.expected["complete"]
                and isinstance(page(run).last, dict)
                and page(run).last.get("complete") is True
            ),
            cause=lambda run: (
                f"the page was told that the answer is complete, and it is not: "
                f"{'no stop reason came' if run.wire[-1].ending != 'clean' else 'its stop reason does not mean that'}."
            ),
            next_step="Keep the stop reason of `message_delta`, and say complete where it is in `WHOLE` and nothing "
            "was raised.",
            reread=end,
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                not is_left(run)
                and run.case.name != TWO
                and bool(run.wire)
                and isinstance(page(run).last, dict)
                and "request_id" in page(run).last
                and page(run).last["request_id"] != run.wire[-1].request_id
            ),
            cause=lambda run: (
                f"the page was told the request id {shortened(page(run).last['request_id'])}, the wire says "
                f"{shortened(run.wire[-1].request_id)}. It is what a user can quote, and support can find."
            ),
            next_step="Take it from `stream.request_id`, first thing in the `async with`; where no stream began, from "
            "the "
            'error: `getattr(error, "request_id", None)`.',
            reread=end,
        ),
        Misconception(
            id="cancellation_swallowed",
            applies=lambda run: run.case.name == CANCELLED and swallowed(run),
            cause="the server cancelled the task that served the page, as it does at a deploy, and your app ended as "
            "if nothing had happened. A `CancelledError` that is caught has to go on, or nobody can stop the service.",
            next_step="Catch families below `Exception`, and clean up in `finally`: a bare `except:`, `except "
            "BaseException` and a `return` in `finally` take everything.",
            reread=leaving,
        ),
    )


def goes_on(next_step: str, reread: str) -> Misconception:
    """Upstream that is read, or merely left open, when nobody is there any more."""
    return Misconception(
        id="goes_on",
        applies=lambda run: (
            is_left(run)
            and page(run).left is not None
            and (paid_after(run) > MOST_AFTER or any(one.ending != "abandoned" for one in run.wire))
        ),
        cause=lambda run: (
            f"the page was left after {_before(run)} events, and upstream sent {paid_after(run)} more: to nobody, and "
            "paid for."
        ),
        next_step=next_step,
        reread=reread,
    )


def left_behind(reread: str) -> Misconception:
    """A task that goes on by itself."""
    return Misconception(
        id="left_behind",
        applies=lambda run: going_on(run) > 0,
        cause=lambda run: (
            f"the page was closed for more than three minutes, and {_count(going_on(run), 'task')} of yours still "
            "went on. After a thousand visits there are a thousand of them."
        ),
        next_step="Cancel in a `finally` what you have started with `create_task`.",
        reread=reread,
    )


def _before(run: Run) -> int:
    return sum(len(one.events) for one in run.wire) - paid_after(run)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
