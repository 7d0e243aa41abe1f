"""The check of `collect`: the results of a batch."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import ended_well, has_raised, raised_name, shortened
from helpers.judging.words import draw_answer, split
from helpers.lessons.batches import LESSON
from helpers.replay import Answer, Choose, Fail, Fixture, Request, Scenario, WireLog, blocks, thinking_first
from helpers.replay.batches import EXCERPT, KEPT_FOR
from helpers.replay.scenario import Step
from helpers.settings import MODEL

RESULTS: Final = "Results come in any order"
ALL: Final = "all succeeded"
MIXED: Final = "one of each"
LATE: Final = "mostly expired"
UNKNOWN: Final = "404 before the results"
STAYS: Final = "404 that stays"
GONE: Final = "after 29 days"
BLOCKS: Final = "not one text block each"
REVOKED: Final = "key revoked"
TRIPPED: Final = ("AttributeError", "IndexError", "StopIteration")
"""What `content[0].text` and its like raise where there is no such block, or it has no text."""
JSONL: Final = "application/x-jsonl"
PASSING: Final = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")
FINAL: Final = (
    "not_found_error",
    "authentication_error",
    "permission_error",
    "billing_error",
    "request_too_large",
)
"""Errors that are the same however often the request is sent, beside those of a request at fault."""
AT_FAULT: Final = "at fault"


def _collect_cases(source: random.Random) -> Sequence[Case]:
    return [
        _collect_case(ALL, source, 5),
        _collect_case(MIXED, source, 20, "expired", "canceled", *PASSING, *FINAL, AT_FAULT),
        _collect_case(LATE, source, 9, *["expired"] * 6, "canceled"),
        _collect_case(UNKNOWN, source, 6, "expired", then=Choose(_not_at_first)),
        _collect_case(STAYS, source, 6, "expired", then=Choose(_never)),
        _collect_case(GONE, source, 6, "expired", rests=KEPT_FOR),
        _blocks_case(source),
        _collect_case(REVOKED, source, 3, script=(Answer(), Answer()), then=Fail(401)),
    ]


def _not_at_first(request: Request, log: WireLog) -> Step:
    """404 for the first who asks for the results."""
    is_first = request.path.endswith("/results") and sum(one.path == request.path for one in log) == 1
    return Fail(404) if is_first else Answer()


def _never(request: Request, log: WireLog) -> Step:
    """404 for everyone who asks for the results."""
    return Fail(404) if request.path.endswith("/results") else Answer()


def _collect_case(
    name: str,
    source: random.Random,
    count: int,
    *troubles: str,
    script: tuple[Step, ...] = (),
    then: Step | Choose = Answer(),  # noqa: B008 - it is frozen
    rests: float = 0.0,
) -> Case:
    keys = [f"doc-{number}" for number in source.sample(range(1000, 9999), count)]
    kinds = dict(zip(source.sample(keys, len(troubles)), troubles, strict=True))
    texts = {key: draw_answer(source) for key in keys}
    requests = [_request(key, text, at_fault=kinds.get(key) == AT_FAULT) for key, text in texts.items()]
    outcomes = {key: kind for key, kind in kinds.items() if kind != AT_FAULT}
    scenario = Scenario(name, name, script, then, batch_outcomes=outcomes, batch_rests=rests)
    summaries = {key: f"In short: {text[:EXCERPT]}" for key, text in texts.items() if key not in kinds}
    again = [key for key, kind in kinds.items() if kind in ("expired", *PASSING)]
    return Case(name, scenario, {"requests": requests}, {"texts": summaries, "again": again, "kinds": kinds})


def _blocks_case(source: random.Random) -> Case:
    """Results whose message begins with thinking, has its text in several blocks, or has none."""
    several, thought = draw_answer(source), draw_answer(source)
    content = [{"type": "text", "text": text} for text in split(several, 3)]
    shapes = {thought: thinking_first(thought), several: blocks(content), "": blocks([])}
    case = _collect_case(BLOCKS, source, len(shapes))
    keys = [request["custom_id"] for request in case.inputs["requests"]]
    body = "".join(_result(key, shape) for key, shape in zip(keys, shapes.values(), strict=True))

    def step(request: Request, log: WireLog) -> Step:
        # The replay writes its own results in one block each.
        return Fail(200, body=body, content_type=JSONL) if request.path.endswith("/results") else Answer()

    texts = dict(zip(keys, shapes, strict=True))
    scenario = replace(case.scenario, then=Choose(step))
    return replace(case, scenario=scenario, expected={**case.expected, "texts": texts})


def _result(key: str, shape: Fixture) -> str:
    """A line of the results: a request that succeeded with this message."""
    message = {**shape.message, "id": f"msg_{key}", "model": MODEL}
    return json.dumps({"custom_id": key, "result": {"type": "succeeded", "message": message}}) + "\n"


def _request(key: str, text: str, *, at_fault: bool) -> dict[str, Any]:
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
    if at_fault:
        del params["max_tokens"]
    return {"custom_id": key, "params": params}


def _texts(run: Run) -> Mapping[str, Any]:
    value = run.value
    return value[0] if isinstance(value, list) and len(value) == 2 and isinstance(value[0], dict) else {}


def _again(run: Run) -> list[Any]:
    value = run.value
    return value[1] if isinstance(value, list) and len(value) == 2 and isinstance(value[1], list) else []


def _wrong_results(run: Run) -> str | None:
    expected = run.case.expected
    if run.case.name in (STAYS, GONE):
        return None if _said_so(run) else f"expected an exception, as there are no results, got {_came(run)}."
    if run.case.name == UNKNOWN and has_raised(run, "NotFoundError"):
        return None  # said as it is: whoever called may ask again
    if run.case.name == REVOKED:
        went_up = has_raised(run, "AuthenticationError")
        return None if went_up else f"expected the SDK's 401 to go up, got {_came(run)}."
    if run.value is None or not isinstance(run.value, list) or len(run.value) != 2:
        return f"expected the texts and the ids, as a tuple of two, got {shortened(run.value)}."
    if _said(_texts(run)) != _said(expected["texts"]):
        return f"expected the texts of {len(expected['texts'])} results by custom id, got {shortened(run.value[0])}."
    if sorted(map(str, _again(run))) != sorted(expected["again"]):
        return f"expected {shortened(sorted(expected['again']))} to be sent again, got {shortened(run.value[1])}."
    return None


def _said(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that say nothing: an empty text may be kept or left out."""
    return {key: text for key, text in texts.items() if text != ""}


def _came(run: Run) -> str:
    return f"`{raised_name(run)}`" if run.observation.raised else shortened(run.value)


def _refusals(run: Run) -> int:
    """How often the key was refused."""
    return sum(one.status == 401 for one in run.wire)


def _first_block_only(run: Run) -> bool:
    """Whether code broke, or lost words, over answers that are not one text block each."""
    if run.case.name != BLOCKS:
        return False
    return has_raised(run, *TRIPPED) or (bool(_texts(run)) and any(_lost(run)))


def _lost(run: Run) -> list[str]:
    """The ids of texts of which only a beginning, or nothing, is left."""
    texts = _texts(run)
    return [key for key, text in _said(run.case.expected["texts"]).items() if _is_part(texts.get(key), text)]


def _tripped(run: Run) -> str:
    if run.observation.raised:
        return f"over one message you raised `{raised_name(run)}` ({run.observation.raised.message})."
    return f"of the text of {', '.join(f'`{key}`' for key in _lost(run))} a part is missing."


def _is_part(got: Any, whole: str) -> bool:
    return got is None or (isinstance(got, str) and got != whole and whole.startswith(got))


def _said_so(run: Run) -> bool:
    """Whether the function said that there are no results, in the SDK's words or its own."""
    return run.observation.raised is not None and not has_raised(run, "UnboundLocalError", "NameError", "TypeError")


def _why(run: Run) -> str:
    """Why there were no results."""
    return "29 days were over" if run.case.name == GONE else "404"


def _looks(run: Run) -> int:
    """How often somebody looked whether there are results: the SDK asks for the batch each time, and then for them."""
    return max(sum(one.path.endswith("/results") == results for one in run.wire) for results in (True, False))


def _ids_of(run: Run, *kinds: str) -> set[str]:
    """The custom ids of the requests that ended like this."""
    return {key for key, kind in run.case.expected["kinds"].items() if kind in kinds}


def _has_lists(run: Run) -> bool:
    return isinstance(run.value, list) and len(run.value) == 2 and isinstance(run.value[1], list)


def _sent_again(run: Run, *kinds: str) -> bool:
    return bool(_ids_of(run, *kinds).intersection(map(str, _again(run))))


def _forgotten(run: Run, *kinds: str) -> bool:
    return _has_lists(run) and bool(_ids_of(run, *kinds).difference(map(str, _again(run))))


def _said_results(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    return f"{len(_texts(run))} texts, {len(_again(run))} to send again"


CHECK: Final = Check(
    LESSON.exercise("collect"),
    cases=_collect_cases,
    right=_wrong_results,
    said=_said_results,
    misconceptions=(
        Misconception(
            id="every_result_has_a_message",
            applies=lambda run: has_raised(run, "AttributeError") and run.case.name in (MIXED, LATE),
            cause="your code read `message` of a result that has none. Only a result of the type `succeeded` has one; "
            "here a single expired request made you lose all the others, which are paid for.",
            next_step="Look at `entry.result.type` first.",
            reread=RESULTS,
        ),
        Misconception(
            id="keyed_by_position",
            applies=lambda run: bool(_texts(run)) and not set(_texts(run)).intersection(run.case.expected["texts"]),
            cause=lambda run: (
                f"your texts have keys such as {shortened(next(iter(_texts(run))))}, which are none of the custom ids. "
                "Results come in any order, so a place in them says nothing, and a message's id is new to you."
            ),
            next_step="Use `entry.custom_id` as the key.",
            reread=RESULTS,
        ),
        Misconception(
            id="failure_as_text",
            applies=lambda run: bool(set(_texts(run)).intersection(run.case.expected["kinds"])),
            cause="your texts hold entries for requests that brought none. Whoever reads them takes an empty text or "
            "an error's words for a summary.",
            next_step="Put only results of the type `succeeded` among the texts.",
            reread=RESULTS,
        ),
        Misconception(
            id="failures_forgotten",
            applies=lambda run: run.case.name == MIXED and _has_lists(run) and not _again(run),
            cause=lambda run: (
                f"{len(run.case.expected['kinds'])} requests did not succeed, and you named none of them. "
                f"{len(run.case.expected['again'])} of them only need to be sent again."
            ),
            next_step="Note the custom ids of those that expired, and of those that the platform failed.",
            reread=RESULTS,
        ),
        Misconception(
            id="request_at_fault_sent_again",
            applies=lambda run: _sent_again(run, AT_FAULT),
            cause="you want to send a request again that is itself at fault (`invalid_request_error`). It is going to "
            "come back the same way, a batch later.",
            next_step="Look at `entry.result.error.error.type` of an errored result.",
            reread=RESULTS,
        ),
        Misconception(
            id="final_error_sent_again",
            applies=lambda run: _sent_again(run, *FINAL),
            cause=lambda run: (
                "you want to send requests again whose error stays: "
                f"{', '.join(f'`{kind}`' for kind in FINAL if _sent_again(run, kind))}. An unknown model, a key, a "
                "bill or a size is tomorrow what it is today."
            ),
            next_step="Name the errors that pass, and send those again: `api_error`, `overloaded_error`, "
            "`rate_limit_error`, `timeout_error`.",
            reread=RESULTS,
        ),
        Misconception(
            id="canceled_sent_again",
            applies=lambda run: _sent_again(run, "canceled"),
            cause="you want to send a request again that was canceled. Somebody wanted it not to run.",
            next_step="Leave the canceled ones out.",
            reread=RESULTS,
        ),
        Misconception(
            id="expired_forgotten",
            applies=lambda run: run.case.name in (MIXED, LATE) and _forgotten(run, "expired"),
            cause="expired requests are missing from your list. Nothing is wrong with them: the 24 hours were over "
            "before their turn came.",
            next_step="Put results of the type `expired` on the list.",
            reread=RESULTS,
        ),
        Misconception(
            id="platform_errors_forgotten",
            applies=lambda run: run.case.name == MIXED and _forgotten(run, *PASSING),
            cause=lambda run: (
                "errored requests are missing from your list whose error passes: "
                f"{', '.join(f'`{kind}`' for kind in PASSING if _forgotten(run, kind))}. The same request can succeed "
                "next time."
            ),
            next_step="Of the errored results, put these four on the list: `api_error`, `overloaded_error`, "
            "`rate_limit_error`, `timeout_error`.",
            reread=RESULTS,
        ),
        Misconception(
            id="no_results_taken_for_none",
            applies=lambda run: run.case.name in (UNKNOWN, STAYS, GONE) and _has_lists(run) and not _texts(run),
            cause=lambda run: (
                f"the results were not there ({_why(run)}), and you returned {shortened(run.value)}. Your caller reads "
                "that nothing was answered and nothing is to be sent again: every answer of that night is lost in "
                "silence."
            ),
            next_step="Let a 404 that stays go up, and so the SDK's `AnthropicError` where the results are gone.",
            reread=RESULTS,
        ),
        Misconception(
            id="every_error_asked_again",
            applies=lambda run: run.case.name == REVOKED and _refusals(run) > 1,
            cause=lambda run: (
                f"the key was revoked, and you asked {_refusals(run)} times. A 404 for results may pass; a 401 does "
                "not, and somebody has to be told."
            ),
            next_step="Catch `anthropic.NotFoundError` and nothing wider. The SDK retries what passes by itself.",
            reread=RESULTS,
        ),
        Misconception(
            id="error_taken_for_none",
            applies=lambda run: run.case.name == REVOKED and ended_well(run),
            cause="the results were refused with 401, and you returned as if the batch had none. They are there, paid "
            "for, and nobody looks for them again.",
            next_step="Let every error but the 404 go up as it is.",
            reread=RESULTS,
        ),
        Misconception(
            id="first_block_only",
            applies=_first_block_only,
            cause=lambda run: (
                f"{_tripped(run)} A message is a list of blocks: the first can be what the model thought, the text can "
                "be in several, and there may be none at all."
            ),
            next_step='Join what is text: `"".join(block.text for block in content if block.type == "text")`.',
            reread=RESULTS,
        ),
        Misconception(
            id="asks_for_ever",
            applies=lambda run: run.case.name in (STAYS, GONE) and bool(run.observation.stopped),
            cause=lambda run: (
                f"your code asked {_looks(run)} times for results that never came ({_why(run)}). A 404 may pass, and "
                "may stay; what is gone after 29 days stays gone."
            ),
            next_step="Ask again once or twice, then let the error go up.",
            reread=RESULTS,
        ),
    ),
    hints=(
        "Go through `client.messages.batches.results(batch_id)` once. Each entry has a `custom_id` and a `result`, and "
        "`result.type` is one of four.",
        "`succeeded` has `result.message`. `expired` goes on the list. `errored` has `result.error.error.type`: does "
        "it pass with time? `canceled` is left out. A 404 is not an empty batch.",
        "`match entry.result.type:` with three cases: join the text blocks of `entry.result.message`; append for "
        '`"expired"`; append for `"errored"` if `entry.result.error.error.type` is one of the four that pass. Catch '
        "`anthropic.NotFoundError` around `results(batch_id)` at most, ask again twice, then `raise`.",
    ),
    besides="Ours waits longer before each new look at results that are not found, and asks three times at most.",
)
