"""The check of `submit_night`: whatever happens to the process, one batch."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import shortened
from helpers.lessons.nightly import LESSON
from helpers.lessons.nightly.checks.shared import (
    EVERYWHERE,
    Documents,
    answer_lost,
    batch_ids,
    canceled,
    draw_night,
    draw_nights,
    first_death,
    holding,
    kills_survived,
    last_place,
    made,
    place_in_words,
    played,
    rounds,
    scenario,
)
from helpers.replay.scenario import Choose

FIRST: Final = "the first night ever"
TWICE: Final = "killed twice"
BUSY: Final = "a busy workspace"
CUT: Final = "the answer is cut"
AGAIN: Final = "called again"
MORE: Final = "more documents the second time"
UNDERSTAND: Final = "Understand what the API can tell"
INTENT: Final = "Write down what you are about to do"


def _cases(source: random.Random) -> Sequence[Case]:
    first = draw_night(source)
    return [
        _case(FIRST, source, [draw_night(source)]),
        _case(CUT, source, [draw_night(source)], Choose(answer_lost)),
        _case(AGAIN, source, [draw_night(source)], size=3),
        _case(MORE, source, [first, {**first, **draw_night(source, 2)}]),
        *(_case(name, source, draw_nights(source, 24)) for name in (EVERYWHERE, TWICE)),
        _case(BUSY, source, [draw_night(source)]),
    ]


def _case(
    name: str, source: random.Random, nights: Sequence[Documents], *then: Choose, size: int | None = None
) -> Case:
    """Where others make batches of `size` requests; without one, of more or fewer than ours."""
    strangers = [draw_night(source, size or other, "theirs") for other in (4, 2) * 16]
    inputs = {"happening": name, "nights": list(nights), "strangers": strangers}
    return Case(name, scenario(name, {}, *then), inputs)


def _nights(run: Run) -> Sequence[Documents]:
    nights: Sequence[Documents] = run.case.inputs["nights"]
    # The last one there is the night before.
    return nights[:-1] if run.case.name in (EVERYWHERE, TWICE) else nights


def _twice(run: Run) -> Documents | None:
    """The first night that was sent twice."""
    return next((night for night in _nights(run) if any(len(holding(run, one)) > 1 for one in night)), None)


def _sent_twice(run: Run, *names: str) -> bool:
    return run.case.name in names and _twice(run) is not None


def _looked(run: Run) -> bool:
    """Whether somebody asked for the list between the two batches of the first night that was sent twice."""
    night = _twice(run) or {}
    places = [
        place
        for place, one in enumerate(run.wire)
        if one.method == "POST" and one.status == 200 and any(custom_id.encode() in one.sent for custom_id in night)
    ]
    between = run.wire[places[0] : places[1]] if len(places) > 1 else ()
    return any((one.method, one.path) == ("GET", "/v1/messages/batches") for one in between)


def _whose(run: Run) -> str:
    """Whose batch the first wrong id is: `theirs`, `last night's`, or nobody's (empty)."""
    ids = batch_ids(run)
    for noted, night in _answered(run):
        place = ids.index(noted.get("value")) if noted.get("value") in ids else None
        if place is not None and place < len(made(run)):
            prompts = made(run)[place].prompts
            if not prompts.keys() & night.keys() and not _unknown(run):
                return "theirs" if all(one.startswith("theirs") for one in prompts) else "last night's"
    return ""


def _unknown(run: Run) -> list[str]:
    """The custom ids on the wire that are of no document."""
    known = {custom_id for night in run.case.inputs["nights"] for custom_id in night}
    sent = (custom_id for batch in made(run) for custom_id in batch.prompts)
    return [one for one in sent if one not in known and not one.startswith("theirs")]


def _answered(run: Run) -> Sequence[tuple[dict[str, object], Documents]]:
    if run.case.name in (FIRST, AGAIN):
        return [(dict(one), _nights(run)[0]) for one in rounds(run) if one.get("value") is not None]
    return [(dict(one), night) for one, night in played(run)]


def _place_of(run: Run) -> str:
    """Where the process died whose night was sent twice."""
    night = _twice(run)
    if run.case.name == CUT or night is None:
        return ""
    at = [one.get("at") for one in rounds(run)]
    number = 0 if run.case.name in (FIRST, AGAIN) else list(_nights(run)).index(night)
    return place_in_words(at[number]) if number < len(at) else ""


def _wrong(run: Run) -> str | None:
    ids, batches = batch_ids(run), made(run)
    if run.observation.raised is not None:
        return f"{last_place(run)}, and run again, it raised `{run.observation.raised.type}`."
    if run.value is None:
        return "expected the id of the batch, got nothing."
    if canceled(run):
        return "no batch should be canceled."
    for noted, night in _answered(run):
        holds = [one for one in batches if one.prompts.keys() & night.keys()]
        where = place_in_words(noted.get("at"))
        if len(holds) != 1:
            return f"{where}, and run again: expected one batch of these documents, there are {len(holds)}."
        if holds[0].prompts.keys() != night.keys():
            return f"expected the custom ids {shortened(list(night))}, got {shortened(list(holds[0].prompts))}."
        if not all(text in holds[0].prompts[custom_id] for custom_id, text in night.items()):
            return "each request should hold the text of its document."
        if holds[0].place >= len(ids) or noted.get("value") != ids[holds[0].place]:
            return f"{where}, and run again: expected the id of the batch, got {shortened(noted['value'])}."
    if run.case.name in (FIRST, TWICE, BUSY) and first_death(run) is None:
        return "no request for a new batch was seen, at which the process could have been killed."
    return None if _answered(run) else "no process came to its end."


def _said(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {run.observation.raised.type}"
    if run.case.name in (EVERYWHERE, TWICE):
        return kills_survived(run, lambda night: all(len(holding(run, one)) == 1 for one in night))
    own = sum(not all(one.startswith("theirs") for one in batch.prompts) for batch in made(run))
    return f"{own} batch{'' if own == 1 else 'es'}"


CHECK: Final = Check(
    LESSON.exercise("submit_night"),
    cases=_cases,
    right=_wrong,
    said=_said,
    misconceptions=(
        Misconception(
            id="other_custom_ids",
            applies=lambda run: bool(_unknown(run)),
            cause=lambda run: (
                f"you sent the custom id {shortened(_unknown(run)[0])}, which is of none of the documents. Results "
                "come in any order, maybe to another process: nobody can tell whose they are."
            ),
            next_step="Send each document under the key that it has in `documents`.",
            reread="See it work",
        ),
        Misconception(
            id="canceled_and_sent_again",
            applies=lambda run: bool(canceled(run)),
            cause="you canceled a batch and sent another one. What had begun when you canceled is finished and paid "
            "for, and in a workspace that others use too it may have been their batch.",
            next_step="Take the batch that is there: keep its id, and return it.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="sdk_sent_twice",
            applies=lambda run: _sent_twice(run, CUT) and any(one.retry_count for one in run.wire),
            cause="the answer to your request broke off, and the SDK sent the request again, as it does with every "
            "lost connection. The API had taken the first one: there are two batches, and nobody knows of one.",
            next_step="Create the batch with `client.with_options(max_retries=0)`: then the error goes up, and whoever "
            "runs this again looks first.",
            reread=INTENT,
        ),
        Misconception(
            id="adopted_a_strangers",
            applies=lambda run: run.case.name != AGAIN and _whose(run) == "theirs",
            cause="you returned the id of a batch that somebody else made in your workspace meanwhile. Its results are "
            "not yours, and your documents are in no batch, or in one that nobody fetches.",
            next_step="Compare how many requests it has (`request_counts`, all five added up) with how many you sent.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="adopted_last_nights",
            applies=lambda run: _whose(run) == "last night's",
            cause=lambda run: (
                "you returned the id of a batch of an earlier night. It is in the list, and as large as tonight's; "
                "but it was there before you asked for a new one."
            ),
            next_step="Before you send, write down which batch is the newest, and look at none that is not newer.",
            reread=INTENT,
        ),
        Misconception(
            id="sent_again",
            applies=lambda run: _sent_twice(run, FIRST, EVERYWHERE, MORE, BUSY) and not _looked(run),
            cause=lambda run: (
                f"{_place_of(run)}, and run again, your function sent the documents a second time without asking. "
                "Both batches run, and both are paid for."
            ),
            next_step="Commit that you are about to send before you send. Whoever finds that, and no batch id, asks "
            "`client.messages.batches.list()` first.",
            reread=INTENT,
        ),
        Misconception(
            id="looked_past_it",
            applies=lambda run: _sent_twice(run, FIRST, EVERYWHERE),
            cause=lambda run: (
                f"{_place_of(run)}, and run again, your function asked for the list, did not recognise its batch in "
                "it, and sent the documents again. It was there, newer than the one that was the newest before, with "
                f"{len(_twice(run) or ())} requests. What you compare must come from the API: your clock is another "
                "one than that of `created_at`, and the ids of the documents are not in the list."
            ),
            next_step="Commit the id of the newest batch before you send, and take the batch that is newer and as "
            "large as yours.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="first_page_only",
            applies=lambda run: _sent_twice(run, BUSY),
            cause="others had made 24 batches since yours, and the first page of the list has 20. You looked no "
            "further, and sent the documents again.",
            next_step="Iterate over `client.messages.batches.list()` itself, which goes from page to page, instead of "
            "over its `data`.",
            reread=UNDERSTAND,
        ),
        Misconception(
            id="began_anew",
            applies=lambda run: _sent_twice(run, TWICE),
            cause="the first process died when its batch had been taken, the second one while it looked for that, and "
            "the third sent the documents again. The second had written over what the first one wrote: from then on "
            "the batch was not newer than the newest.",
            next_step="Leave `after_id` as it is while the night is open. Only the batch id is added to it.",
            reread=INTENT,
        ),
        Misconception(
            id="refused_to_go_on",
            applies=lambda run: (
                run.case.name == EVERYWHERE
                and run.observation.raised is not None
                and bool(rounds(run))
                and rounds(run)[-1].get("at") is not None
                and "APIError" not in run.observation.raised.families
            ),
            cause=lambda run: (
                f"{last_place(run)}, and run again, your function raised "
                f"`{run.observation.raised.type if run.observation.raised else ''}`. Nothing is wrong with an open "
                "night: it is what a process leaves that was killed, and nobody is there to tidy up."
            ),
            next_step="Go on from what the books say: with the batch id that is there, or by looking for the batch.",
            reread=INTENT,
        ),
        Misconception(
            id="id_not_kept",
            applies=lambda run: run.case.name == AGAIN and (_whose(run) == "theirs" or _twice(run) is not None),
            cause="your function came to its end, was called again, and did not find the id of its batch in the books. "
            "What it did instead was a guess, and this time a wrong one.",
            next_step="Commit the batch id as soon as you have it, and where an open night has one, return that.",
            reread=INTENT,
        ),
        Misconception(
            id="intent_of_other_documents",
            applies=lambda run: _sent_twice(run, MORE) and _looked(run),
            cause="the first process was killed before it sent anything. When your function was called again there "
            "were more documents: it sent those, and the books still spoke of the first ones. So the third process "
            "looked for a batch of another size.",
            next_step="Write `custom_ids` anew, and commit that, whenever you are about to send.",
            reread=INTENT,
        ),
    ),
    hints=(
        "What does the next process know? What was committed, and what the API tells. Which of the two says that a "
        "request may have been sent? And what do you know before sending that tells your batch from all others later?",
        "Before the request, commit a row in `nights`: the newest batch there is (`list(limit=1)`) and your custom "
        "ids. After it, add the batch id. Who finds an open night without a batch id goes through "
        "`client.messages.batches.list()`, newest first, as far as `after_id`, and looks for as many requests.",
        "The shape: read the open night (`WHERE NOT done`). None: insert it. With a batch id: return that. Without: "
        "`takewhile(lambda batch: batch.id != after_id, client.messages.batches.list())`, and the oldest of those with "
        "as many requests. Still none: `client.with_options(max_retries=0).messages.batches.create(…)`. Then commit "
        "the id, and return it.",
    ),
    besides="Ours takes the oldest batch that fits: should there be two, the older one is the one that was lost.",
)
