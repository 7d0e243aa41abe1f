"""The check of `run_night`: killed anywhere and run again, every document is paid for once and has one row."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Inspection, Misconception, Run
from helpers.judging.exact import numbers, same
from helpers.judging.reading import has_raised, raised_name
from helpers.lessons.nightly import LESSON
from helpers.lessons.nightly.checks.shared import (
    EVERYWHERE,
    Documents,
    asked_for,
    batch_ids,
    canceled,
    draw_night,
    draw_nights,
    first_death,
    holding,
    kills_survived,
    last_place,
    lines_missing,
    made,
    outcome_of,
    place_in_words,
    played,
    read_books,
    rounds,
    rows,
    scenario,
    troubled,
    unknown_at_first,
    wrong_counts,
    wrong_row,
)
from helpers.lessons.nightly.drivers import BOOKS
from helpers.replay.scenario import Choose

TWO: Final = "two nights"
NEXT: Final = "run again the next night"
SLOW: Final = "half an hour, unknown at first"
AS_LARGE: Final = "as large as yours"
EARLY: Final = "the results end early"
HALF_AN_HOUR: Final = 1_800.0
MOST_POLLS: Final = 190
"""In half an hour: one every ten seconds, as an unfinished batch asks for, and some more."""
WHOLE_NIGHT: Final = "Exercise: run_night"
UNDERSTAND: Final = "Understand what the API can tell"
REMAINS: Final = "What remains"


def _cases(source: random.Random) -> Sequence[Case]:
    nights = draw_nights(source, 60)
    first = draw_night(source, 4)
    second = {**first, **draw_night(source, 2)}
    errored, expired = list(first)[:2]
    fates = {errored: "invalid_request_error", expired: ("expired", "succeeded")}
    half, more = draw_night(source), draw_night(source)
    return [
        _case(SLOW, source, [draw_night(source)], {}, Choose(unknown_at_first), batch_seconds=HALF_AN_HOUR),
        _case(TWO, source, [first, second, second], fates),
        _case(EVERYWHERE, source, nights, troubled(nights, "succeeded", "errored")),
        _case(NEXT, source, [half, {**half, **more}], {}),
        _case(EARLY, source, [draw_night(source)], {}, Choose(lines_missing)),
        _case(AS_LARGE, source, draw_nights(source, 3), {}, strangers=3),
    ]


def _case(
    name: str,
    source: random.Random,
    nights: Sequence[Documents],
    outcomes: Mapping[str, Any],
    *then: Choose,
    strangers: int = 4,
    **more: Any,
) -> Case:
    others = [draw_night(source, strangers, "theirs") for _ in nights]
    inputs = {"happening": name, "nights": list(nights), "strangers": others}
    return Case(name, scenario(name, outcomes, *then, **more), inputs)


def _times(run: Run, custom_id: str) -> int:
    return len(holding(run, custom_id))


def _due(run: Run, custom_id: str) -> int:
    """How often a document has to be sent: again only after it expired."""
    named = run.case.scenario.batch_outcomes.get(custom_id)
    return 1 if named is None or isinstance(named, str) else len(named)


def _too_often(run: Run) -> list[str]:
    """The documents that were sent more often than they had to be."""
    return [one for one in _all(run) if _times(run, one) > _due(run, one)]


def _all(run: Run) -> list[str]:
    """The ids of all documents of the nights that were begun."""
    begun = run.case.inputs["nights"][: len(rounds(run))]
    return list(dict.fromkeys(custom_id for night in begun for custom_id in night))


def _again(run: Run, outcome: str) -> bool:
    """Whether a document that had this outcome was sent once more."""
    return any(outcome_of(run, one) == outcome for one in _too_often(run))


def _place_of(run: Run) -> str:
    """Where the process died whose documents were sent twice."""
    twice = set(_too_often(run))
    places = zip(rounds(run), run.case.inputs["nights"], strict=False)
    return place_in_words(next((noted.get("at") for noted, night in places if twice & night.keys()), None))


def _theirs(run: Run) -> list[Any]:
    """The ids of the batches that somebody else made."""
    ids = batch_ids(run)
    return [
        ids[one.place]
        for one in made(run)
        if one.place < len(ids) and all(custom_id.startswith("theirs") for custom_id in one.prompts)
    ]


def _orphans(run: Run) -> list[Any]:
    """The ids of the batches of ours whose results nobody asked for."""
    theirs = _theirs(run)
    return [one for one in batch_ids(run) if one not in theirs and not asked_for(run, one, "/results")]


def _polls(run: Run) -> int:
    ids = batch_ids(run)
    return sum(asked_for(run, one, "") for one in ids)


def _wrong(run: Run) -> str | None:
    if run.observation.raised is not None:
        return f"{last_place(run)}, and run again, it raised `{raised_name(run)}`."
    if run.value is None:
        return "expected `Counts`, got nothing."
    if twice := _too_often(run):
        return f"{_place_of(run)}, and run again: `{twice[0]}` was sent {_times(run, twice[0])} times."
    if _orphans(run):
        return f"nobody asked for the results of {len(_orphans(run))} of the batches."
    if canceled(run):
        return "no batch should be canceled."
    for noted, documents in played(run):
        fault = next(filter(None, (wrong_row(run, one) for one in documents)), None)
        fault = fault or _wrong_counts(run, noted.get("value"), documents)
        if fault is not None:
            return f"{place_in_words(noted.get('at'))}, and run again: {fault}"
    strangers = [one for one in rows(run) if one.startswith("theirs")]
    if strangers:
        return f"`{strangers[0]}` is in your books, and not your document."
    if run.case.name in (NEXT, AS_LARGE) and first_death(run) is None:
        return "no request for a new batch was seen, at which the process could have been killed."
    return None if played(run) else "no process came to its end."


def _wrong_counts(run: Run, value: Any, documents: Documents) -> str | None:
    if run.case.name == TWO and len(documents) == 4:
        first = {"succeeded": 2, "errored": 1, "expired": 1, "canceled": 0}
        return (
            None if same(value, first) else "the counts of the first night are not 2 succeeded, 1 errored, 1 expired."
        )
    return wrong_counts(run, value, documents)


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    if run.case.name == EVERYWHERE:
        return kills_survived(run, lambda night: _is_whole(run, night))
    number, batches = len(rows(run)), len(made(run)) - len(_theirs(run))
    return f"{number} row{'' if number == 1 else 's'}, {batches} batch{'' if batches == 1 else 'es'}"


def _is_whole(run: Run, night: Documents) -> bool:
    return all(_times(run, one) == 1 and wrong_row(run, one) is None for one in night)


CHECK: Final = Check(
    LESSON.exercise("run_night"),
    cases=_cases,
    inspect=Inspection((BOOKS,), read_books),
    right=_wrong,
    said=_said,
    misconceptions=(
        Misconception(
            id="canceled_somebody_elses",
            applies=lambda run: bool(canceled(run)),
            cause=lambda run: (
                "you canceled a batch"
                + (" that somebody else made. " if set(canceled(run)) & set(_theirs(run)) else ". ")
                + "In a list without names nothing says that it is yours, and what has begun is paid for all the same."
            ),
            next_step="Cancel nothing that you can't name: wait for its end, its results have the ids.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="did_not_wait",
            applies=lambda run: run.observation.raised is not None and "results_url" in run.observation.raised.message,
            cause="you asked for the results of a batch that has not ended: the SDK says that there is no "
            "`results_url`.",
            next_step="Poll with `until_ended(client, batch_id, sleep)` before you ingest.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="gave_up_on_404",
            applies=lambda run: run.case.name == SLOW and has_raised(run, "NotFoundError"),
            cause="the first look at the batch was answered 404, and you gave up. It had been created a moment before: "
            "not every server knows it at once (lesson 03).",
            next_step="Take `anthropic.NotFoundError` for a batch that has not ended: sleep, and look again.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="hammers",
            applies=lambda run: run.case.name == SLOW and _polls(run) > MOST_POLLS,
            cause=lambda run: (
                f"your code looked at the batch {_polls(run)} times in half an hour. A batch in progress asks, with "
                "`retry-after`, for ten seconds between two looks."
            ),
            next_step="Call the `sleep` that you are given between two looks, with 60 seconds or so.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="empty_batch",
            applies=lambda run: run.case.name == TWO and has_raised(run, "BadRequestError"),
            cause="everything was done, and you sent a batch without a request: the API answers 400. A job that is "
            "started once too often should find that there is nothing to do.",
            next_step="Send nothing where nothing is wanted, and count what the books say.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="done_sent_again",
            applies=lambda run: run.case.name == TWO and _again(run, "succeeded"),
            cause="a document that had succeeded was sent again the next night, and paid for again.",
            next_step="Leave out whatever has a row in `results`, unless its outcome is `expired`.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="errors_sent_again",
            applies=lambda run: run.case.name == TWO and _again(run, "errored"),
            cause="a document whose request was at fault (`invalid_request_error`) was sent again the next night. It "
            "will fail every night, until somebody looks at it.",
            next_step="Send again what expired, and nothing else that has a row.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="expired_left",
            applies=lambda run: (
                run.case.name == TWO
                and run.observation.raised is None
                and any(_times(run, one) < _due(run, one) for one in _all(run))
            ),
            cause="a document that had expired was not sent the next night. Nobody has worked on it, and nobody has "
            "been paid for it: it is as new.",
            next_step="Count a row with the outcome `expired` as none.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="counts_of_the_batch",
            applies=lambda run: (
                run.case.name == TWO
                and not _too_often(run)
                and any(
                    isinstance(noted.get("value"), dict)
                    and sum(numbers(list(noted["value"].values()))) < len(documents)
                    for noted, documents in played(run)
                )
            ),
            cause="you returned the counts of tonight's batch. They don't add up to the documents that you were given: "
            "what was done in an earlier night, or before a death, is not in them.",
            next_step="Count the rows of all `documents` in the books.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="sent_again",
            applies=lambda run: run.case.name == EVERYWHERE and bool(_too_often(run)),
            cause=lambda run: (
                f"{_place_of(run)}, and run again, your function sent documents a second time. Both batches run, and "
                "both are paid for."
            ),
            next_step="Finish what the books say is open before you send anything, and let `submit_night` and `ingest` "
            "pass their own checks first.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="tonight_forgotten",
            applies=lambda run: run.case.name == NEXT and any(one not in rows(run) for one in _all(run)),
            cause="last night's process was killed, and nobody ran it again before tonight. You finished its batch and "
            "left: tonight's documents were never sent.",
            next_step="Go on until every document has a row: the batch that you ingested may be an earlier one.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="sent_again_the_next_night",
            applies=lambda run: run.case.name == NEXT and bool(_too_often(run)),
            cause="last night's process was killed when its batch had been taken, and tonight there were more "
            "documents. You looked for a batch as large as tonight's, and did not find last night's.",
            next_step="Compare with what was written down when it was sent: `nights.custom_ids`.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="taken_for_theirs",
            applies=lambda run: run.case.name == EARLY and bool(_too_often(run)),
            cause="the file of results ended early, `ingest` raised, and you took that for a batch of somebody else's: "
            "the documents were sent again, and paid for again. The rest of the lines was still there.",
            next_step="Catch `NotOurs` alone. Let everything else go up: whoever runs this runs it again.",
            reread=WHOLE_NIGHT,
        ),
        Misconception(
            id="strangers_for_ours",
            applies=lambda run: run.case.name == AS_LARGE and any(not _times(run, one) for one in _all(run)),
            cause="the process was killed before it sent anything, and somebody else made a batch as large as yours "
            "meanwhile. You took it for yours, and your documents were never sent.",
            next_step="When `ingest` says that the batch is not yours, make it the new `after_id`, forget it as "
            "`batch_id`, and look again.",
            reread=REMAINS,
        ),
        Misconception(
            id="two_as_large",
            applies=lambda run: run.case.name == AS_LARGE and bool(_too_often(run)),
            cause="there were two batches as large as yours, and one of them was yours. You took theirs first, and "
            "when that turned out you sent your documents again, instead of looking at the other one.",
            next_step="Take the oldest that fits, make it the new `after_id` when it is not yours, and look again: so "
            "the next look finds the next one.",
            reread=REMAINS,
        ),
    ),
    hints=(
        "It is a loop around the functions that you have: what is wanted, submit, wait, ingest. When is it over? And "
        "whose documents were in the batch that you have ingested: tonight's, last night's, somebody else's?",
        "Wanted is what has no row, or one that says expired, less what a batch has answered in this very run. While "
        "something is wanted: `submit_night`, `until_ended`, `ingest`. At the end count the rows of `documents`.",
        "When `ingest` raises `NotOurs`: `UPDATE nights SET after_id = batch_id, batch_id = NULL WHERE NOT done`, and "
        "round the loop again. Else add the custom ids of the rows with this `batch_id` to those that were answered.",
    ),
    besides="Ours asks the books what is wanted each time round: so a night that was left open is finished, and "
    "tonight's documents are sent after it.",
)
