"""The check of `ingest`: one row for each document, however often it is run."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Inspection, Misconception, Run
from helpers.judging.exact import same
from helpers.judging.reading import has_raised, raised_name
from helpers.lessons.nightly import LESSON
from helpers.lessons.nightly.checks.shared import (
    EVERYWHERE,
    OUTCOMES,
    Documents,
    draw_night,
    draw_nights,
    first_error,
    kills_survived,
    last_place,
    lines_missing,
    open_nights,
    outcome_of,
    place_in_words,
    played,
    read_books,
    rounds,
    rows,
    scenario,
    troubled,
    wrong_counts,
    wrong_row,
)
from helpers.lessons.nightly.drivers import BOOKS
from helpers.replay.scenario import Choose

LATER: Final = "expired, then sent again"
EARLY: Final = "the results end early"
GONE: Final = "29 days later"
THEIRS: Final = "somebody else's results"
UNUSABLE: Final = (GONE, THEIRS)
"""Where there is nothing to be written into the books."""
RECONCILE: Final = "Reconcile before you believe"
ONE_ROW: Final = "One row for each document"


def _cases(source: random.Random) -> Sequence[Case]:
    first = draw_night(source, 4)
    late = list(first)[1]
    later = {late: first[late]}
    again = dict.fromkeys(later, ("expired", "succeeded"))
    nights = draw_nights(source, 40, 5)
    early = [draw_night(source, 5)]
    return [
        _case(EVERYWHERE, source, nights, troubled(nights, "succeeded", *OUTCOMES[1:])),
        _case(LATER, source, [first, later], again),
        _case(EARLY, source, early, troubled(early, "errored"), Choose(lines_missing)),
        _case(GONE, source, [draw_night(source)], {}),
        _case(THEIRS, source, [draw_night(source)], {}),
    ]


def _case(
    name: str,
    source: random.Random,
    nights: Sequence[Documents],
    outcomes: Mapping[str, Any],
    *then: Choose,
) -> Case:
    inputs = {"happening": name, "nights": list(nights), "strangers": [draw_night(source, 3, "theirs")]}
    return Case(name, scenario(name, outcomes, *then), inputs)


def _wrong(run: Run) -> str | None:
    if run.case.name in UNUSABLE:
        if rows(run):
            return "there was nothing to be written, and `results` has rows."
        if not open_nights(run):
            return "the night is closed, and none of its results is in the books."
        if run.case.name == THEIRS and run.observation.raised and not has_raised(run, "NotOurs"):
            return f"expected `NotOurs`, you raised `{raised_name(run)}`."
        return None if run.observation.raised else "expected an exception, you returned counts."
    if run.observation.raised is not None:
        return f"{last_place(run)}, and run again, it raised `{run.observation.raised.type}`."
    if run.value is None:
        return "expected `Counts`, got nothing."
    if run.case.name == EARLY and not _noticed(run):
        return "two of five lines came, and you took them for all."
    for noted, documents in played(run):
        where = place_in_words(noted.get("at"))
        fault = next(filter(None, (wrong_row(run, one) for one in documents if _is_last(run, one, documents))), None)
        fault = fault or _wrong_counts(run, noted.get("value"), documents)
        if fault is not None:
            return f"{where}, and run again: {fault}"
    if open_nights(run):
        return "the results are in the books, and the night is not `done`."
    if run.case.name == EARLY and "Unreconciled" not in first_error(run):
        return f"expected `Unreconciled`, you raised `{first_error(run)[0]}`."
    return None if played(run) else "no process came to its end."


def _is_last(run: Run, custom_id: str, documents: Documents) -> bool:
    """Whether no later night holds the document: its row is about that."""
    return custom_id not in run.case.inputs["nights"][-1] or documents == run.case.inputs["nights"][-1]


def _wrong_counts(run: Run, value: Any, documents: Documents) -> str | None:
    if run.case.name == LATER and documents == run.case.inputs["nights"][0]:
        expected = {**dict.fromkeys(OUTCOMES, 0), "succeeded": 3, "expired": 1}
        return None if same(value, expected) else "the counts of the first night are not 3 succeeded and 1 expired."
    return wrong_counts(run, value, documents)


def _noticed(run: Run) -> bool:
    """Whether the file that ended early was no result."""
    return bool(first_error(run))


def _documents(run: Run) -> Sequence[str]:
    """The ids of all that were ingested to the end."""
    return [custom_id for _, documents in played(run) for custom_id in documents]


def _missing(run: Run, *outcomes: str) -> list[str]:
    """Those of them that have no row, though they had one of these outcomes."""
    return [one for one in _documents(run) if one not in rows(run) and outcome_of(run, one) in outcomes]


def _said(run: Run) -> str:
    raised = f"you raised {raised_name(run)} · " if run.observation.raised else ""
    if run.case.name == EVERYWHERE:
        return raised + kills_survived(run, lambda night: all(wrong_row(run, one) is None for one in night))
    number = len(rows(run))
    return f"{raised}{number} row{'' if number == 1 else 's'}"


def _fewer(run: Run) -> bool:
    """Whether the counts after a death are of fewer documents than the batch has."""
    return any(
        noted.get("at") is not None and isinstance(noted.get("value"), dict) and _sum(noted["value"]) < len(documents)
        for noted, documents in played(run)
    )


def _sum(counts: Mapping[str, Any]) -> int:
    return sum(one for one in counts.values() if isinstance(one, int))


CHECK: Final = Check(
    LESSON.exercise("ingest"),
    cases=_cases,
    inspect=Inspection((BOOKS,), read_books),
    right=_wrong,
    said=_said,
    misconceptions=(
        Misconception(
            id="message_of_a_failure",
            applies=lambda run: run.case.name == EVERYWHERE and has_raised(run, "AttributeError"),
            cause="you asked a result for what only another kind of result has: `message` is there where the type is "
            "`succeeded`, `error` where it is `errored`, and an error in a batch has no request id.",
            next_step="Ask for `entry.result.type` first.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="never_committed",
            applies=lambda run: run.case.name == EVERYWHERE and bool(played(run)) and not rows(run),
            cause="you returned counts, and `results` is empty: what you wrote was never committed, and was gone with "
            "the process.",
            next_step="Write inside `with db:`, which commits at its end.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="stumbles_over_its_own_rows",
            applies=lambda run: run.case.name == EVERYWHERE and has_raised(run, "IntegrityError"),
            cause=lambda run: (
                f"{last_place(run)}, and run again, your function met the rows that it had written itself: "
                "`IntegrityError`. The file of results begins anew, and this night can never be finished."
            ),
            next_step="Commit all lines in one transaction, and write a row with `ON CONFLICT (custom_id) DO UPDATE`.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="failures_left_out",
            applies=lambda run: (
                run.case.name == EVERYWHERE and bool(_missing(run, *OUTCOMES[1:])) and not _missing(run, "succeeded")
            ),
            cause="a document that did not succeed has no row. To the next night it looks as if it had never been "
            "sent, and to whoever counts as if it had never been there.",
            next_step="Write a row for every line, with its outcome; `text` is NULL where there is none.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="rows_lost",
            applies=lambda run: run.case.name == EVERYWHERE and bool(_missing(run, *OUTCOMES)),
            cause="a batch was ingested before and after a death, and some of its documents have no row. The books "
            "said that it was done, or how far it had got, before that was true.",
            next_step="Say that a night is done in the transaction that holds its last row, and read the file from "
            "its beginning: its order is another one each time.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="counts_of_this_run",
            applies=lambda run: run.case.name == EVERYWHERE and _fewer(run),
            cause="after a death your function counted only what it wrote itself. The rows of the process before it "
            "are missing in the sum: it looks as if documents had been lost.",
            next_step="Count the lines of the file, or the rows of the batch in the books, whoever wrote them.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="expired_stays",
            applies=lambda run: (
                run.case.name == LATER
                and run.observation.raised is None
                and any(rows(run).get(one, [None] * 4)[1] == "expired" for one in run.case.inputs["nights"][-1])
            ),
            cause="a document expired in the first night and succeeded in the second, and its row still says expired. "
            "It will be sent every night from now on, paid for every time, and never be done.",
            next_step="Let the newer line win: `ON CONFLICT (custom_id) DO UPDATE SET outcome = excluded.outcome, …`.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="part_for_whole",
            applies=lambda run: run.case.name == EARLY and bool(rounds(run)) and not _noticed(run),
            cause="the file of results ended after two lines of five. Nothing raised, and you took that for all: the "
            "other three are paid for, and nobody will ask for them again.",
            next_step="Compare the custom ids that came with those that were sent (`nights.custom_ids`), and raise "
            "where some are missing.",
            reread=RECONCILE,
        ),
        Misconception(
            id="strangers_in_the_books",
            applies=lambda run: run.case.name == THEIRS and (bool(rows(run)) or run.observation.raised is None),
            cause=lambda run: (
                "the batch holds none of the documents that were sent that night: it is somebody else's, and you "
                + ("wrote its results into your books." if rows(run) else "took it for yours.")
            ),
            next_step="Raise where a custom id comes that is not among `nights.custom_ids`, before anything is "
            "committed.",
            reread=RECONCILE,
        ),
        Misconception(
            id="gone_for_empty",
            applies=lambda run: run.case.name == GONE and run.observation.raised is None,
            cause="the results are gone after 29 days, the SDK raised, and you returned counts. The night looks done, "
            "and nobody ever hears that its results were lost.",
            next_step="Let the SDK's error go up. Whether to pay once more is for somebody to decide.",
            reread=RECONCILE,
        ),
        Misconception(
            id="night_left_open",
            applies=lambda run: run.case.name == EVERYWHERE and run.observation.raised is None and open_nights(run) > 0,
            cause="the results of a batch are in the books, and its night is still open. The next run takes that batch "
            "for its own, and tonight's documents wait another night.",
            next_step="`UPDATE nights SET done = 1 WHERE batch_id = ?`, in the transaction that holds the rows.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="closed_without_results",
            applies=lambda run: run.case.name in UNUSABLE and not open_nights(run),
            cause="there were no results of this night, and you closed it all the same.",
            next_step="Say `done` in the transaction that holds the last row, and nowhere else.",
            reread=ONE_ROW,
        ),
        Misconception(
            id="not_named",
            applies=lambda run: (
                (run.case.name == THEIRS and run.observation.raised is not None and not has_raised(run, "NotOurs"))
                or (run.case.name == EARLY and _noticed(run) and "Unreconciled" not in first_error(run))
            ),
            cause=lambda run: (
                "you noticed that what came is not what was sent, and raised "
                f"`{raised_name(run) if run.observation.raised else first_error(run)[0]}`. Whoever runs this "
                "can't tell that from a mistake in your code, and has to: after `NotOurs` it looks for another batch."
            ),
            next_step="Raise `NotOurs` for a line that was not sent, `Unreconciled` where lines are missing.",
            reread=RECONCILE,
        ),
    ),
    hints=(
        "Between two lines the process may die. Which rows are in the file then, if you commit after each line? Which, "
        "if you commit once? And how do you know, at the end of the file, that it was the end of the results?",
        "One transaction around the loop: `with db:`. For each line one row, whatever its type, with `INSERT … ON "
        "CONFLICT (custom_id) DO UPDATE`. Keep the custom ids of the night (`SELECT custom_ids FROM nights WHERE "
        "batch_id = ?`, as JSON), and strike out each one that comes.",
        "Inside the `with`: a custom id that is not among them raises `NotOurs`, one that is left over at the end "
        "raises `Unreconciled`, and both roll back. Then `UPDATE nights SET done = 1`. After it, "
        "`Counts(**Counter(…))` of the types.",
    ),
    besides="Ours writes the rows and `done` in one transaction: there is no moment at which one is true without the "
    "other.",
)
