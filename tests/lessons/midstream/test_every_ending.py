"""Our own solutions of lesson 08 on every wire that the replay has: nothing but a whole answer passes for one."""

import re
from pathlib import Path
from typing import Any, Final, get_args

import anthropic
import pytest
from anthropic.types import StopReason

from helpers import Outcome, Unfinished, UnusableAnswer, make_client, wire_log
from helpers.facts.errors import ERROR_MAP
from helpers.judging.endings import FINAL, TEMPORARY, WHOLE
from helpers.lessons.found import EXERCISES, check_of
from helpers.lessons.midstream.scenery import side_by_side
from helpers.proofs.attempts import our_solution
from helpers.replay import SCENARIOS, Answer, EmptyBody, Fail, Scenario, says
from helpers.replay.pages import CAPTIVE_PORTAL
from helpers.replay.scenario import Step
from helpers.replay.wire import Ending

ROOT: Final = Path(__file__).parents[3]
TEXT: Final = "Your kettle left Oslo on Monday as parcel 30127. It reaches Cork in three days."
PAGE: Final = Fail(200, body=CAPTIVE_PORTAL.body)
STEPS: Final[dict[str, Step]] = {
    **{one: Answer(says(TEXT), ending=one, after=5) for one in get_args(Ending) if one not in ("empty", "page")},
    "empty": EmptyBody(),
    "page": PAGE,
}
TYPES: Final = sorted({row.type for row in ERROR_MAP.values() if row.type})
COUNTING: Final = (
    ROOT / "README.md",
    ROOT / "helpers" / "facts" / "data" / "cheatsheet.txt",
    *(ROOT / "solutions" / f"{name}.py" for name in ("00_start_here", "08_midstream", "10_capstone")),
)
"""Where the ways in which a stream breaks are counted."""
WAYS: Final = re.compile(
    r"(?:[Ss]tream|break|course does)[^.]{0,60}? in (\w+) ways|(\w+) ways in which (?:a stream|it)\b"
)
REASONS: Final = [*get_args(StopReason), "one_that_is_new"]


def ours(name: str) -> Any:
    """Our solution of an exercise."""
    return our_solution(check_of(EXERCISES[name]), ROOT)


def client_for(*script: Step) -> anthropic.Anthropic:
    """A client on whose wire this happens, and the last of it for ever."""
    return make_client(Scenario("test", "a test", script, script[-1]))


def outcome_of(step: Step) -> tuple[Outcome, str]:
    """What `stream_safely` says, and what it wrote."""
    wrote: list[str] = []
    return ours("stream_safely")(client_for(step), "q", wrote.append), "".join(wrote)


@pytest.mark.parametrize("path", COUNTING, ids=lambda path: path.name)
def test_how_many_ways(path: Path) -> None:
    """Wherever the course counts the ways in which a stream breaks, it counts every ending but a clean one."""
    text = re.sub(r"\n(?:# ?)?", " ", path.read_text(encoding="utf-8"))
    said = {word for found in WAYS.findall(text) for word in found if word}
    assert (said, len(get_args(Ending)) - 1) == ({"ten"}, 10)


@pytest.mark.parametrize("ending", STEPS)
def test_only_a_whole_answer_is_complete(ending: str) -> None:
    """Whichever ending the replay has, also one that it gets tomorrow."""
    outcome, wrote = outcome_of(STEPS[ending])
    assert outcome.complete is (ending == "clean")
    assert (outcome.error is None) is outcome.complete
    assert outcome.text == wrote == TEXT[: len(wrote)]
    assert (outcome.request_id is None) is (ending == "page")


@pytest.mark.parametrize("after", [0, 5])
@pytest.mark.parametrize("kind", TYPES)
def test_every_error_in_a_stream(kind: str, after: int) -> None:
    """Of whatever type, amid the text or as the very first event."""
    outcome, wrote = outcome_of(Answer(says(TEXT), ending="error_event", after=after, error=kind))
    assert not outcome.complete
    assert kind in (outcome.error or "")
    assert bool(outcome.text) is bool(wrote) is (after > 0)
    assert outcome.request_id is not None


@pytest.mark.parametrize("reason", REASONS)
def test_every_stop_reason(reason: str) -> None:
    """Two mean whole."""
    outcome, _ = outcome_of(Answer(says(TEXT, stop_reason=reason)))
    assert outcome.complete is (reason in WHOLE)
    assert outcome.text == TEXT


@pytest.mark.parametrize("status", ERROR_MAP)
def test_every_status_before_the_stream(status: int) -> None:
    """The outcome has the id of the error, where the error has one."""
    client = client_for(Fail(status))
    outcome = ours("stream_safely")(client, "q", lambda _: None)
    assert not outcome.complete
    assert outcome.request_id == wire_log(client)[-1].request_id


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario(scenario: str) -> None:
    """`answer` returns what the model wrote, or raises what says why not."""
    client = make_client(scenario)
    try:
        text = ours("answer")(client, "q", 1)
    except (anthropic.APIError, UnusableAnswer):
        return
    last = wire_log(client)[-1]
    assert last.whole
    assert text or scenario == "no_content"


@pytest.mark.parametrize("ending", [one for one in STEPS if one != "clean"])
def test_answer_asks_again(ending: str) -> None:
    """After each of them once, and of what broke nothing is left."""
    client = client_for(STEPS[ending], Answer(says(TEXT)))
    assert ours("answer")(client, "q", 2) == TEXT
    with pytest.raises(Unfinished):
        ours("answer")(client_for(STEPS[ending]), "q", 2)


@pytest.mark.parametrize("kind", TYPES)
def test_answer_reads_the_type(kind: str) -> None:
    """An error in a stream is asked for again where it passes, and nowhere else."""
    assert not set(FINAL) & set(TEMPORARY)
    client = client_for(Answer(says(TEXT), ending="error_event", after=5, error=kind), Answer(says(TEXT)))
    if kind in TEMPORARY:
        assert ours("answer")(client, "q", 2) == TEXT
    else:
        with pytest.raises(anthropic.APIStatusError):
            ours("answer")(client, "q", 2)
        assert len(wire_log(client)) == 1


@pytest.mark.parametrize("reason", [one for one in REASONS if one not in WHOLE])
def test_half_is_raised_at_once(reason: str) -> None:
    """An answer that the model did not finish is neither returned nor asked for again."""
    half = Answer(says(TEXT, stop_reason=reason))
    client = client_for(half)
    with pytest.raises(UnusableAnswer):
        ours("answer")(client, "q", 3)
    assert len(wire_log(client)) == 1
    with pytest.raises(Unfinished):
        ours("continue_from")(client_for(half), "q", "Your kettle")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_interruption_goes_through(interruption: type[BaseException]) -> None:
    """Who wants a call to end is not answered with an outcome."""

    def write(_: str) -> None:
        raise interruption

    with pytest.raises(interruption):
        ours("stream_safely")(client_for(Answer(says(TEXT))), "q", write)


def test_side_by_side() -> None:
    """A row for each client, named as it is."""
    clients = {ending: client_for(step) for ending, step in STEPS.items()}
    for client in clients.values():
        ours("stream_safely")(client, "q", lambda _: None)
    shown = side_by_side(clients)
    assert all(f"  {ending} " in shown.text and f">{ending}</b>" in shown.html for ending in STEPS)
