"""The check of `stream_safely`: a stream, however it ends."""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import calls_made, ended_well, has_raised, noted, raised_name
from helpers.judging.words import draw_answer, draw_prompt
from helpers.lessons.midstream import LESSON
from helpers.lessons.midstream.checks.shared import CUT_SHORT, FINAL, TEMPORARY, WHOLE, amid_the_text, new_reason
from helpers.lessons.midstream.drivers import INTERRUPTIONS
from helpers.replay import Answer, EmptyBody, Fail, RefuseConnection, Scenario, says, thinking_first
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

RAW: Final = ("cut", "reset", "stall")
"""The endings that reach the caller as an error of `httpx2`, not of the SDK."""
ENDINGS: Final[tuple[Ending, ...]] = ("error_event", *RAW, "truncate", "warm_stall", "garbled", "malformed")
"""The endings that come after some text."""
WITHOUT_TEXT: Final = ("error first", "empty", "page")
BROKEN: Final = (*ENDINGS, *WITHOUT_TEXT)
SHORTER: Final = {"model_context_window_exceeded": "full context"}
"""Of names that would leave too little room for the picture."""
REFUSED: Final = "529 at once"
UNREACHABLE: Final = "no connection"
NEVER_BEGAN: Final = (REFUSED, UNREACHABLE)
UNTOLD: Final = ("", "none", "nonetype")
"""What is no reason."""
INTERRUPTED: Final = "Ctrl-C"


def _ending_cases(source: random.Random) -> Sequence[Case]:
    return [
        _answered_case("clean", source, "end_turn"),
        _thinking_case(source),
        _answered_case("stop_sequence", source, "stop_sequence"),
        *(_ending_case(ending, source) for ending in ENDINGS),
        *(_without_text(name, source) for name in WITHOUT_TEXT),
        *(_answered_case(SHORTER.get(reason, reason), source, reason) for reason in CUT_SHORT),
        _answered_case("new stop reason", source, new_reason(source)),
        _case(REFUSED, source, Fail(529)),
        _case(UNREACHABLE, source, RefuseConnection()),
        _interrupted_case(source),
    ]


def _case(name: str, source: random.Random, step: Step, text: str = "", reason: str | None = None) -> Case:
    expected = {"text": text, "reason": reason, "complete": reason in WHOLE}
    return Case(name, Scenario(name, name, then=step), {"prompt": draw_prompt(source)}, expected)


def _answered_case(name: str, source: random.Random, reason: str) -> Case:
    text = draw_answer(source)
    return _case(name, source, Answer(says(text, stop_reason=reason)), text, reason)


def _thinking_case(source: random.Random) -> Case:
    text = draw_answer(source)
    return _case("thinking first", source, Answer(thinking_first(text)), text, "end_turn")


def _ending_case(ending: Ending, source: random.Random) -> Case:
    message = says(draw_answer(source))
    half = 0.5 if ending == "truncate" and source.random() < 0.5 else 0.0
    return _case(ending, source, Answer(message, ending=ending, after=amid_the_text(source, message) + half))


def _without_text(name: str, source: random.Random) -> Case:
    if name == "error first":
        # Another type than that of the error in the middle of a stream: nobody may know that one alone.
        kind = source.choice([*FINAL, *TEMPORARY[:-1]])
        return _case(name, source, Answer(says(draw_answer(source)), ending="error_event", after=0, error=kind))
    return _case(name, source, EmptyBody() if name == "empty" else Fail(200, body=CAPTIVE_PORTAL.body))


def _interrupted_case(source: random.Random) -> Case:
    case = _answered_case("clean", source, "end_turn")
    inputs = {**case.inputs, "interruption": source.choice(list(INTERRUPTIONS))}
    return Case(INTERRUPTED, case.scenario, inputs, case.expected)


def _field(run: Run, name: str) -> Any:
    """A field of the returned `Outcome`; None when none was returned."""
    return run.value.get(name) if isinstance(run.value, dict) else None


def _went_through(run: Run) -> bool:
    """Whether the interruption left the function, and nothing else did."""
    return noted(run, "went_through") is True and run.value is None


def _said(run: Run) -> str:
    if _went_through(run):
        return "you let it through"
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    complete = _field(run, "complete")
    return "no Outcome" if complete is None else "you said complete" if complete else "you said incomplete"


def _right_outcome(run: Run) -> str | None:
    if run.case.name == INTERRUPTED:
        return None if _went_through(run) else "somebody interrupted your function, and it went on."
    value, expected = run.value, run.case.expected
    if not isinstance(value, dict) or set(value) != {"text", "complete", "error", "request_id"}:
        return f"expected an `Outcome`, got `{value!r}`."
    whole = expected["complete"]
    if value["complete"] is not whole:
        return f"`complete` must be {whole}, yours is {value['complete']!r}."
    if value["text"] != "".join(run.observation.wrote):
        return f"`text` must be everything that was written, yours is {value['text']!r}."
    if expected["text"] and value["text"] != expected["text"]:
        return f"the answer was {expected['text']!r}, yours is {value['text']!r}."
    if whole is not (value["error"] is None) or not _is_told(value["error"]):
        return f"`error` must be {'None' if whole else 'a reason'}, yours is {value['error']!r}."
    return None


def _is_told(error: Any) -> bool:
    """Whether this says anything; None does, of an answer that is whole."""
    return error is None or str(error).strip().lower() not in UNTOLD


CHECK: Final = Check(
    LESSON.exercise("stream_safely"),
    cases=_ending_cases,
    right=_right_outcome,
    said=_said,
    misconceptions=(
        Misconception(
            id="nothing_caught",
            applies=lambda run: run.case.name == "error_event" and has_raised(run, "APIError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function, and what had arrived left with it. "
                "An error event is raised inside the loop over the text."
            ),
            next_step="Put `try` around the whole `with` block, the loop included.",
            reread="Break it ten times",
        ),
        Misconception(
            id="only_api_errors",
            applies=lambda run: run.case.name in RAW and has_raised(run, "TransportError"),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. It is an error of `httpx2`, the library under the SDK, "
                "so `except anthropic.APIError` does not see it."
            ),
            next_step="Catch the second family as well: `httpx2.TransportError`.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="asked_again",
            applies=lambda run: calls_made(run) > 1,
            cause=lambda run: (
                f"you made {calls_made(run)} calls. The user has already read the beginning of the first answer; "
                "a second one does not continue it."
            ),
            next_step="Report what happened and send nothing more. Trying again is a later exercise.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="silent_truncation",
            applies=lambda run: run.case.name == "truncate" and _field(run, "complete") is True,
            cause="you reported a complete answer, but the stream ended before `message_stop`. Nothing raises there: "
            "the only sign is that no stop reason has come.",
            next_step="Read `stop_reason` after the loop, before you say complete.",
            reread="See it lie",
        ),
        Misconception(
            id="shown_at_the_end",
            applies=lambda run: (
                run.case.name == "clean" and bool(_field(run, "text")) and len(run.observation.wrote) < 2
            ),
            cause=lambda run: (
                f"you called `write` {len(run.observation.wrote)} times. The user looked at an empty screen "
                "until the whole answer was there."
            ),
            next_step="Call `write` with each piece of `stream.text_stream`, as it arrives.",
            reread="See it work",
        ),
        Misconception(
            id="text_thrown_away",
            applies=lambda run: run.case.name in BROKEN and _field(run, "text") == "" and bool(run.observation.wrote),
            cause=lambda run: (
                f"the user has seen {len(run.observation.wrote)} pieces, and your `Outcome` says the text is empty. "
                "What arrived was paid for and can be continued."
            ),
            next_step="Keep each piece as you write it, so that it is still there when the loop raises.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="request_id_lost",
            applies=lambda run: (
                isinstance(run.value, dict)
                and run.case.name not in (*NEVER_BEGAN, INTERRUPTED)
                and bool(run.wire)
                and _field(run, "request_id") != run.wire[0].request_id
            ),
            cause=lambda run: (
                f"your `request_id` is `{_field(run, 'request_id')}`, the wire says `{run.wire[0].request_id}`. "
                "The final message of a stream has none, and an error of `httpx2` has none either."
            ),
            next_step="Take it from `stream.request_id`, as the first thing inside the `with` block.",
            reread="Half an answer is worth money",
        ),
        Misconception(
            id="no_reason_given",
            applies=lambda run: (
                run.case.name in (*BROKEN, *NEVER_BEGAN)
                and _field(run, "complete") is False
                and (_field(run, "error") is None or not _is_told(_field(run, "error")))
            ),
            cause=lambda run: (
                f"you say that the answer is incomplete, but not why: `error` is {_field(run, 'error')!r}. "
                "Whoever reads the log tomorrow has ten endings to choose from."
            ),
            next_step="Fill `error`: the type of the exception, or that the stream ended before `message_stop`.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="other_families",
            applies=lambda run: (
                run.case.name in ("garbled", "malformed") and has_raised(run, "DecodingError", "ValueError")
            ),
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. It is neither below `anthropic.APIError` nor below "
                "`httpx2.TransportError`: two families do not see every stream that breaks."
            ),
            next_step="Catch `httpx2.HTTPError`, which is above both of the library's, and `ValueError`, which is "
            "above `json.JSONDecodeError`.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="no_message_yet",
            applies=lambda run: run.case.name in WITHOUT_TEXT and has_raised(run, "AssertionError"),
            cause="`AssertionError` left your function: before its first event a stream has no message, and "
            "`get_final_message()` and `current_message_snapshot` insist on one.",
            next_step="Use `read_stream`, or a loop of your own over the events, and keep what you need of them: then "
            "it is there however early the stream breaks.",
            reread="What the `except` clause sees",
        ),
        Misconception(
            id="any_stop_reason",
            applies=lambda run: run.case.expected["reason"] not in (None, *WHOLE) and _field(run, "complete") is True,
            cause=lambda run: (
                f"you reported a complete answer whose stop reason is `{run.case.expected['reason']}`. "
                "A stop reason says why the model stopped, not that it had finished."
            ),
            next_step="Say complete for the two stop reasons that mean it, `end_turn` and `stop_sequence`, and for no "
            "other: not for one that the API adds tomorrow either.",
            reread="Name what you know",
        ),
        Misconception(
            id="only_streams_that_began",
            applies=lambda run: run.case.name in NEVER_BEGAN and run.observation.raised is not None,
            cause=lambda run: (
                f"`{raised_name(run)}` left your function. "
                + ("The API answered 529" if run.case.name == REFUSED else "The API could not be reached")
                + ", so no stream began, and whoever relies on an `Outcome` got none."
            ),
            next_step="Put the whole `with` block into the `try`, and let the `except` clause use only what has a "
            "value before it.",
            reread="Name what you know",
        ),
        Misconception(
            id="id_of_the_refusal_lost",
            applies=lambda run: (
                run.case.name == REFUSED
                and isinstance(run.value, dict)
                and bool(run.wire)
                and _field(run, "request_id") != run.wire[-1].request_id
            ),
            cause=lambda run: (
                f"the API answered 529, and your `request_id` is `{_field(run, 'request_id')}`. No stream began, but "
                f"the error has an id: `{run.wire[-1].request_id}`."
            ),
            next_step="Where there was no stream to take it from, take it from the error: "
            '`getattr(error, "request_id", None)`.',
            reread="Name what you know",
        ),
        Misconception(
            id="interruption_swallowed",
            applies=lambda run: run.case.name == INTERRUPTED and ended_well(run) and not _went_through(run),
            cause=lambda run: (
                f"`{run.case.inputs['interruption']}` came while you wrote, and your function made an `Outcome` of it. "
                "Somebody wants this call to end: that is no stream that broke, and now nobody can stop the service."
            ),
            next_step="Catch families below `Exception`. A bare `except:`, `except BaseException` and a `return` in "
            "`finally` take everything.",
            reread="Name what you know",
        ),
    ),
    hints=(
        "Three families of exceptions can leave the loop: `anthropic.APIError`, `httpx2.HTTPError` and `ValueError`. "
        "And four endings raise nothing: only the stop reason tells, and it comes in the event `message_delta`.",
        "`read_stream` gives you the stop reason, and hands each piece to several functions: to `write`, and to one "
        "that keeps it. The request id is `stream.request_id`, there from the first moment; where no stream began, the "
        "error has it.",
        "The shape: `pieces = []` and `request_id = None` first; `try:` around `with … as stream:`; in it "
        "`request_id = stream.request_id` and `stop_reason = read_stream(stream, pieces.append, write)`; one `except` "
        "for the three families that returns an incomplete Outcome; after it, complete where `stop_reason in WHOLE`.",
    ),
    besides="Ours keeps each piece before it shows it, so that nothing that was on the screen is missing in `text`.",
)
