"""A stream in every ending, what an `Outcome` of it has to say, and how people get it wrong in whichever language.

A lesson adds its own next step and section to each misconception: what to do about it differs between the SDKs.
"""

import random
from collections.abc import Sequence
from typing import Any, Final

from helpers.judging.check import Case, Misconception, Run, Sentence
from helpers.judging.reading import calls_made, raised_name
from helpers.judging.words import draw_answer, draw_prompt
from helpers.replay import Answer, EmptyBody, Fail, Fixture, RefuseConnection, Scenario, says, thinking_first
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

WHOLE: Final = ("end_turn", "stop_sequence")
"""The stop reasons of an answer that is whole."""
CUT_SHORT: Final = ("max_tokens", "model_context_window_exceeded", "refusal", "pause_turn")
"""The documented stop reasons of an answer that is not, where there are no tools."""
TEMPORARY: Final = ("api_error", "timeout_error", "rate_limit_error", "overloaded_error")
"""The types of errors that pass."""
FINAL: Final = (
    *("invalid_request_error", "authentication_error", "billing_error"),
    *("permission_error", "not_found_error", "request_too_large"),
)
"""The types of errors that do not."""

CONNECTION: Final[tuple[Ending, ...]] = ("cut", "reset", "stall")
"""The endings that the network makes, and the SDK does not put into words of its own."""
ENDINGS: Final[tuple[Ending, ...]] = ("error_event", *CONNECTION, "truncate", "warm_stall", "garbled", "malformed")
"""The endings that come after some text."""
WITHOUT_TEXT: Final = ("error first", "empty", "page")
BROKEN: Final = (*ENDINGS, *WITHOUT_TEXT)
REFUSED: Final = "529 at once"
UNREACHABLE: Final = "no connection"
NEVER_BEGAN: Final = (REFUSED, UNREACHABLE)
_SHORTER: Final = {"model_context_window_exceeded": "full context"}
"""Of names that would leave too little room for the picture."""
_UNTOLD: Final = ("", "none", "nonetype", "null", "undefined", "[object object]")
"""What is no reason."""


def new_reason(source: random.Random) -> str:
    """A stop reason that nobody has heard of yet. The API may add some."""
    words = [source.choice(options) for options in (("paused", "limit", "policy"), ("review", "budget", "handover"))]
    return "_".join(words)


def amid_the_text(source: random.Random, fixture: Fixture) -> int:
    """After how many events a stream is to break, so that some of its text has come, and some has not."""
    return source.randrange(4, fixture.counted - 3)


def ending_cases(source: random.Random, endings: Sequence[Ending] = ENDINGS) -> list[Case]:
    """A case for every way in which a stream ends, the good ones too, and for those in which none begins."""
    return [
        answered_case("clean", source, "end_turn"),
        _thinking_case(source),
        answered_case("stop_sequence", source, "stop_sequence"),
        *(_ending_case(ending, source) for ending in endings),
        *(_without_text(name, source) for name in WITHOUT_TEXT),
        *(answered_case(_SHORTER.get(reason, reason), source, reason) for reason in CUT_SHORT),
        answered_case("new stop reason", source, new_reason(source)),
        _case(REFUSED, source, Fail(529)),
        _case(UNREACHABLE, source, RefuseConnection()),
    ]


def answered_case(name: str, source: random.Random, reason: str) -> Case:
    """A case whose stream comes to its end, with this stop reason."""
    text = draw_answer(source)
    return _case(name, source, Answer(says(text, stop_reason=reason)), text, reason)


def _case(name: str, source: random.Random, step: Step, text: str = "", reason: str | None = None) -> Case:
    expected = {"text": text, "reason": reason, "complete": reason in WHOLE}
    return Case(name, Scenario(name, name, then=step), {"prompt": draw_prompt(source)}, expected)


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


def field_of(run: Run, name: str) -> Any:
    """A field of the returned `Outcome`; None when none was returned."""
    return run.value.get(name) if isinstance(run.value, dict) else None


def said_outcome(run: Run) -> str:
    """What the function said, in a few words for the picture."""
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    complete = field_of(run, "complete")
    return "no Outcome" if complete is None else "you said complete" if complete else "you said incomplete"


def wrong_outcome(run: Run, id_name: str = "request_id") -> str | None:
    """What is wrong with the returned `Outcome`; None when nothing is. `id_name` is what its language calls the id."""
    value, expected = run.value, run.case.expected
    if not isinstance(value, dict) or set(value) != {"text", "complete", "error", id_name}:
        return f"expected an `Outcome`, got `{value!r}`."
    whole = expected["complete"]
    if value["complete"] is not whole:
        return f"`complete` must be {whole}, yours is {value['complete']!r}."
    if value["text"] != "".join(run.observation.wrote):
        return f"`text` must be everything that was written, yours is {value['text']!r}."
    if expected["text"] and value["text"] != expected["text"]:
        return f"the answer was {expected['text']!r}, yours is {value['text']!r}."
    if whole is not (value["error"] is None) or not is_told(value["error"]):
        return f"`error` must be {'None' if whole else 'a reason'}, yours is {value['error']!r}."
    return None


def is_told(error: Any) -> bool:
    """Whether this says anything; None does, of an answer that is whole."""
    return error is None or str(error).strip().lower() not in _UNTOLD


def asked_again(next_step: str, reread: str) -> Misconception:
    """A second stream after the first one broke."""
    return Misconception(
        id="asked_again",
        applies=lambda run: calls_made(run) > 1,
        cause=lambda run: (
            f"you made {calls_made(run)} calls. The user has already read the beginning of the first answer; "
            "a second one does not continue it."
        ),
        next_step=next_step,
        reread=reread,
    )


def silent_truncation(next_step: str, reread: str, why: str) -> Misconception:
    """The end of the bytes, taken for the end of the answer."""
    return Misconception(
        id="silent_truncation",
        applies=lambda run: run.case.name == "truncate" and field_of(run, "complete") is True,
        cause=f"you reported a complete answer, but the stream ended before `message_stop`. {why}",
        next_step=next_step,
        reread=reread,
    )


def shown_at_the_end(next_step: str, reread: str) -> Misconception:
    """The whole text at once."""
    return Misconception(
        id="shown_at_the_end",
        applies=lambda run: run.case.name == "clean" and bool(field_of(run, "text")) and len(run.observation.wrote) < 2,
        cause=lambda run: (
            f"you called `write` {len(run.observation.wrote)} times. The user looked at an empty screen "
            "until the whole answer was there."
        ),
        next_step=next_step,
        reread=reread,
    )


def text_thrown_away(next_step: str, reread: str) -> Misconception:
    """What had arrived when the stream broke, lost."""
    return Misconception(
        id="text_thrown_away",
        applies=lambda run: run.case.name in BROKEN and field_of(run, "text") == "" and bool(run.observation.wrote),
        cause=lambda run: (
            f"the user has seen {len(run.observation.wrote)} pieces, and your `Outcome` says the text is empty. "
            "What arrived was paid for and can be continued."
        ),
        next_step=next_step,
        reread=reread,
    )


def request_id_lost(next_step: str, reread: str, why: str, id_name: str = "request_id") -> Misconception:
    """An id that the wire has, and the outcome has not."""
    return Misconception(
        id="request_id_lost",
        applies=lambda run: (
            isinstance(run.value, dict)
            and run.case.name not in NEVER_BEGAN
            and bool(run.wire)
            and field_of(run, id_name) != run.wire[0].request_id
        ),
        cause=lambda run: (
            f"your `{id_name}` is `{field_of(run, id_name)}`, the wire says `{run.wire[0].request_id}`. {why}"
        ),
        next_step=next_step,
        reread=reread,
    )


def no_reason_given(next_step: str, reread: str) -> Misconception:
    """Incomplete, and nobody knows why."""
    return Misconception(
        id="no_reason_given",
        applies=lambda run: (
            run.case.name in (*BROKEN, *NEVER_BEGAN)
            and field_of(run, "complete") is False
            and (field_of(run, "error") is None or not is_told(field_of(run, "error")))
        ),
        cause=lambda run: (
            f"you say that the answer is incomplete, but not why: `error` is {field_of(run, 'error')!r}. "
            "Whoever reads the log tomorrow has ten endings to choose from."
        ),
        next_step=next_step,
        reread=reread,
    )


def any_stop_reason(next_step: str, reread: str) -> Misconception:
    """Any reason for stopping, taken for having finished."""
    return Misconception(
        id="any_stop_reason",
        applies=lambda run: run.case.expected["reason"] not in (None, *WHOLE) and field_of(run, "complete") is True,
        cause=lambda run: (
            f"you reported a complete answer whose stop reason is `{run.case.expected['reason']}`. "
            "A stop reason says why the model stopped, not that it had finished."
        ),
        next_step=next_step,
        reread=reread,
    )


def only_streams_that_began(next_step: str, reread: str) -> Misconception:
    """An exception where an outcome was promised, because no stream began."""
    return Misconception(
        id="only_streams_that_began",
        applies=lambda run: run.case.name in NEVER_BEGAN and run.observation.raised is not None,
        cause=lambda run: (
            f"`{raised_name(run)}` left your function. "
            + ("The API answered 529" if run.case.name == REFUSED else "The API could not be reached")
            + ", so no stream began, and whoever relies on an `Outcome` got none."
        ),
        next_step=next_step,
        reread=reread,
    )


def id_of_the_refusal_lost(next_step: Sentence, reread: str, id_name: str = "request_id") -> Misconception:
    """No stream, so no id, although the error has one."""
    return Misconception(
        id="id_of_the_refusal_lost",
        applies=lambda run: (
            run.case.name == REFUSED
            and isinstance(run.value, dict)
            and bool(run.wire)
            and field_of(run, id_name) != run.wire[-1].request_id
        ),
        cause=lambda run: (
            f"the API answered 529, and your `{id_name}` is `{field_of(run, id_name)}`. No stream began, but "
            f"the error has an id: `{run.wire[-1].request_id}`."
        ),
        next_step=next_step,
        reread=reread,
    )
