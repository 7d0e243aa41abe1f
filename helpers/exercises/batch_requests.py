"""Exercises of lesson 03, before the batch is created: its requests, and batches that fit."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from anthropic import APIStatusError

from helpers.exercises.exact import same
from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.stage import Stage
from helpers.exercises.start_here import shortened
from helpers.exercises.words import draw_answer
from helpers.limits import request_size
from helpers.replay import Answer, Exchange, Scenario
from helpers.replay.rules import Refusal, check_message
from helpers.settings import MODEL

LESSON: Final = "03_batches"
THREAD: Final = "The custom id is the only thread"
ROOM: Final = "How much fits into one batch"
PLAIN: Final = Scenario("plain", "every valid request is answered", then=Answer())


def call_alone(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(**inputs)`: it needs no client."""
    return function(**stage.inputs)


def raised(run: Run, family: str) -> bool:
    """Whether what left the function is of this class."""
    return run.observation.raised is not None and family in run.observation.raised.families


def raised_name(run: Run) -> str:
    """The class of what left the function."""
    return run.observation.raised.type if run.observation.raised else "nothing"


# build_requests

DOCUMENTS: Final = "20 documents"
PATH: Final = "a path as key"
LINE_BREAK: Final = "a line break in a key"
UMLAUT: Final = "an umlaut in a key"
LONG: Final = "a key of 65 characters"
LONGEST: Final = 64


def _documents(source: random.Random, count: int) -> dict[str, str]:
    numbers = source.sample(range(1000, 9999), count)
    return {f"doc-{number}": draw_answer(source) for number in numbers}


def _build_cases(source: random.Random) -> Sequence[Case]:
    whole = {**_documents(source, 19), f"{source.randrange(10, 99)}_".ljust(LONGEST, "x"): draw_answer(source)}
    return [
        _build_case(DOCUMENTS, whole),
        _build_case(PATH, source, f"reports/2026-{source.randrange(1, 13):02}.txt"),
        _build_case(LINE_BREAK, source, f"doc-{source.randrange(100, 999)}\n"),
        _build_case(UMLAUT, source, f"größe-{source.randrange(100, 999)}"),
        _build_case(LONG, source, "x" * (LONGEST + 1)),
    ]


def _build_case(name: str, source: random.Random | Mapping[str, str], bad: str | None = None) -> Case:
    if isinstance(source, random.Random):
        documents = _documents(source, 3)
        documents[bad or ""] = draw_answer(source)
    else:
        documents = dict(source)
    return Case(name, PLAIN, {"documents": documents}, {"bad": bad})


def _requests(run: Run) -> list[dict[str, Any]]:
    """The returned requests, as far as they are some."""
    value = run.value if isinstance(run.value, list) else []
    return [one for one in value if isinstance(one, dict) and isinstance(one.get("params"), dict)]


def _ids(run: Run) -> list[Any]:
    return [one.get("custom_id") for one in _requests(run)]


def _said(params: Mapping[str, Any]) -> str:
    return str(params.get("messages", ""))


def _refusal(params: Mapping[str, Any]) -> str | None:
    """What the API would say to one request when it is processed."""
    try:
        check_message(params, (MODEL,))
    except Refusal as refusal:
        return refusal.message
    return "stream: a batch has nobody to stream to" if params.get("stream") else None


def _refused(run: Run) -> str | None:
    return next((said for one in _requests(run) if (said := _refusal(one["params"])) is not None), None)


def _wrong_requests(run: Run) -> str | None:
    documents, bad = run.case.inputs["documents"], run.case.expected["bad"]
    if bad is not None:
        if raised(run, "ValueError"):
            return None
        return f"expected a `ValueError`, because {shortened(bad)} can't be a custom id; got {shortened(run.value)}."
    if sorted(map(str, _ids(run))) != sorted(documents) or len(run.value) != len(documents):
        return f"expected one request for each of {len(documents)} documents, got {shortened(run.value)}."
    if (refusal := _refused(run)) is not None:
        return f"the API would not process these requests: `{refusal}`."
    for one in _requests(run):
        if documents[one["custom_id"]] not in _said(one["params"]):
            return f"the request of {shortened(one['custom_id'])} does not hold the text of that document."
    return None


def _sent_bad_id(run: Run, name: str) -> bool:
    return run.case.name == name and run.case.expected["bad"] in _ids(run)


def _bad_id(id: str, name: str, cause: str, next_step: str) -> Misconception:
    """A key that the API does not take, sent all the same in this case."""
    return Misconception(id, lambda run: _sent_bad_id(run, name), cause, next_step, THREAD)


def _all_alike(run: Run) -> bool:
    requests = _requests(run)
    return run.case.name == DOCUMENTS and len(requests) > 1 and len({_said(one["params"]) for one in requests}) == 1


def _other_ids(run: Run) -> bool:
    wanted = set(run.case.inputs["documents"])
    return run.case.name == DOCUMENTS and bool(_ids(run)) and not wanted.intersection(map(str, _ids(run)))


def _is_quiet(run: Run) -> bool:
    """Whether a document with a bad key got neither an exception nor its own key."""
    bad = run.case.expected["bad"]
    return bad is not None and bool(_ids(run)) and bad not in _ids(run)


def _said_requests(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    count = len(_requests(run))
    return f"you built {count} request{'' if count == 1 else 's'}"


BUILD_REQUESTS: Final = Exercise(
    name="build_requests",
    lesson=LESSON,
    parameters=("documents",),
    cases=_build_cases,
    driver=call_alone,
    right=_wrong_requests,
    said=_said_requests,
    misconceptions=(
        Misconception(
            id="same_params_for_all",
            applies=_all_alike,
            cause="all your requests hold the same text. They share one `params`, and each round of the loop "
            "changes it for all of them.",
            next_step="Build a new dictionary for each document.",
            reread=THREAD,
        ),
        Misconception(
            id="numbered_ids",
            applies=_other_ids,
            cause=lambda run: (
                f"your custom ids, such as {shortened(_ids(run)[0])}, are not the documents' keys. When the results "
                "come, hours later and out of order, you need the order of today to know which is which."
            ),
            next_step="Use the key itself as `custom_id`.",
            reread=THREAD,
        ),
        Misconception(
            id="params_incomplete",
            applies=lambda run: run.case.name == DOCUMENTS and bool(_ids(run)) and _refused(run) is not None,
            cause=lambda run: (
                f"the API would take this batch and answer each of its requests with `{_refused(run)}`: the parameters "
                "are looked at when a request is processed, not when the batch is created."
            ),
            next_step="Give each `params` what `client.messages.create` needs, and send one of them there as a test.",
            reread=THREAD,
        ),
        _bad_id(
            "any_key_sent",
            PATH,
            "you sent a key with a slash as `custom_id`. The API answers 400 to the whole batch for a single one.",
            "Check every key before you build anything, and raise a `ValueError` that names the bad one.",
        ),
        _bad_id(
            "line_break_slips_through",
            LINE_BREAK,
            "a key that ends in a line break got past your check. In `re.match`, `$` also matches before a last line "
            "break, and keys that were read from a file often have one.",
            "Use `re.fullmatch`, without `^` and `$`.",
        ),
        _bad_id(
            "any_letter_is_a_letter",
            UMLAUT,
            r"a key with an umlaut got past your check. `\w` and `isalnum()` take the letters of every language; the "
            "API takes a to z.",
            "Write the letters out: `[a-zA-Z0-9_-]`.",
        ),
        _bad_id(
            "length_forgotten",
            LONG,
            f"a key of 65 characters got past your check. The API takes {LONGEST} at most.",
            "Put the length into the pattern: `{1,64}`.",
        ),
        Misconception(
            id="document_dropped",
            applies=lambda run: _is_quiet(run) and len(_ids(run)) < len(run.case.inputs["documents"]),
            cause="a document whose key can't be a custom id is missing from your requests, and nobody was told.",
            next_step="Raise a `ValueError` that names the key.",
            reread=THREAD,
        ),
        Misconception(
            id="key_changed",
            applies=_is_quiet,
            cause="you made a custom id out of a key that can't be one. Two keys can become the same id that way, and "
            "then one document's result replaces the other's.",
            next_step="Raise a `ValueError` that names the key: whoever chose the keys can choose better ones.",
            reread=THREAD,
        ),
    ),
    hints=(
        "One dictionary per document, with two entries: `custom_id` and `params`. What goes into `params` is what "
        "`client.messages.create` takes.",
        'Check the keys first. `re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", key)` is None for a key that the API does not '
        "take: raise a `ValueError` then.",
        'After the check, return `[{"custom_id": key, "params": {"model": MODEL, "max_tokens": 200, "messages": '
        '[{"role": "user", "content": …text…}]}} for key, text in documents.items()]`.',
    ),
)


# split_batches

UMLAUTS: Final = "umlauts"
TOO_LARGE: Final = "one too large"
NONE: Final = "no requests"
WASTE: Final = 1.6
"""How many times as many batches as are needed are still taken for caution."""


def _split_cases(source: random.Random) -> Sequence[Case]:
    same = source.choice("abcdefgh")
    equal = [_summary(f"doc-{n:03}", same * 200) for n in range(10)]
    large = _summary("doc-900", same * 5_000)
    return [
        _split_case("all fit", equal[:3], 10, 10_000),
        _split_case("25 requests, 10 a batch", [_summary(f"doc-{n:03}", draw_answer(source)) for n in range(25)], 10),
        _split_case("one byte too many", equal, 10, request_size({"requests": equal[:4]}) - 1),
        _split_case(UMLAUTS, [_summary(f"doc-{n:03}", "Größenmaß " + "äöü" * 100) for n in range(12)], 50, 2_000),
        _split_case(TOO_LARGE, [*equal[:2], large, *equal[2:4]], 10, 2_000),
        _split_case(NONE, [], 10, 2_000),
    ]


def _summary(key: str, text: str) -> dict[str, Any]:
    params = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
    return {"custom_id": key, "params": params}


def _split_case(name: str, requests: Sequence[Mapping[str, Any]], max_requests: int, max_bytes: int = 100_000) -> Case:
    inputs = {"requests": list(requests), "max_requests": max_requests, "max_bytes": max_bytes}
    return Case(name, PLAIN, inputs, {"batches": _fewest(requests, max_requests, max_bytes)})


def _fewest(requests: Sequence[Mapping[str, Any]], max_requests: int, max_bytes: int) -> int:
    """How many batches are needed."""
    batches, count, size = 0, max_requests, 0
    for request in requests:
        added = request_size(request) + 1
        if count == max_requests or size + added - 1 > max_bytes:
            batches, count, size = batches + 1, 0, request_size({"requests": []})
        count, size = count + 1, size + added
    return batches


def split_and_send(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(**inputs)` and create a batch of each list that it returns, to see what that is on the wire."""
    parts = function(**stage.inputs)
    if isinstance(parts, list):
        for part in filter(lambda one: isinstance(one, list), parts):
            try:
                stage.client.messages.batches.create(requests=part)
            except APIStatusError as error:
                stage.notes.setdefault("refused", []).append(error.api_message)
    return parts


def _parts(run: Run) -> list[list[Any]]:
    return [part for part in run.value if isinstance(part, list)] if isinstance(run.value, list) else []


def _too_big(run: Run) -> Exchange | None:
    """The first batch on the wire that is over the limit."""
    return next((one for one in run.wire if one.request_bytes > run.case.inputs["max_bytes"]), None)


def _kept(run: Run) -> list[Any]:
    return [request for part in _parts(run) for request in part]


def _wrong_split(run: Run) -> str | None:
    inputs = run.case.inputs
    if run.case.name == TOO_LARGE:
        if raised(run, "ValueError"):
            return None
        return f"expected a `ValueError`: no batch has room for that request. Got {shortened(run.value)}."
    if _parts(run) != run.value or not same(_kept(run), inputs["requests"]):
        return f"expected all {len(inputs['requests'])} requests, in their order, got {len(_kept(run))}."
    if any(not 0 < len(part) <= inputs["max_requests"] for part in _parts(run)):
        return f"expected 1 to {inputs['max_requests']} requests in a batch, got {[len(one) for one in _parts(run)]}."
    if (big := _too_big(run)) is not None:
        return f"a batch has {big.request_bytes:,} bytes on the wire, and {inputs['max_bytes']:,} are the most."
    if _is_wasteful(run):
        return f"{run.case.expected['batches']} batches are enough, yours are {len(_parts(run))}."
    return None


def _is_wasteful(run: Run) -> bool:
    return bool(len(_parts(run)) > max(run.case.expected["batches"] * WASTE, 1))


def _measured(run: Run, size: Callable[[Mapping[str, Any]], int]) -> bool:
    """Whether a batch that is too big would not be if its requests were measured like this."""
    big = _too_big(run)
    return big is not None and sum(map(size, big.body["requests"])) <= run.case.inputs["max_bytes"]


def _over(run: Run) -> str:
    big = _too_big(run)
    assert big is not None
    limit = run.case.inputs["max_bytes"]
    return f"a batch of yours has {big.request_bytes:,} bytes on the wire, and {limit:,} are the most."


def _said_split(run: Run) -> str:
    if run.observation.raised:
        return f"you raised {raised_name(run)}"
    return f"you made {len(_parts(run))}, {run.case.expected['batches']} needed"


SPLIT_BATCHES: Final = Exercise(
    name="split_batches",
    lesson=LESSON,
    parameters=("requests", "max_requests", "max_bytes"),
    cases=_split_cases,
    driver=split_and_send,
    right=_wrong_split,
    said=_said_split,
    max_requests=60,
    misconceptions=(
        Misconception(
            id="empty_batch",
            applies=lambda run: any(not part for part in _parts(run)),
            cause="one of your batches is empty. The API answers 400 to it: a batch has at least one request.",
            next_step="Add a batch to the result only when there is something in it, also where there are no requests "
            "at all.",
            reread=ROOM,
        ),
        Misconception(
            id="last_batch_lost",
            applies=lambda run: (
                run.case.name not in (TOO_LARGE, NONE)
                and run.observation.raised is None
                and len(_kept(run)) < len(run.case.inputs["requests"])
                and same(_kept(run), run.case.inputs["requests"][: len(_kept(run))])
            ),
            cause=lambda run: (
                f"the last {len(run.case.inputs['requests']) - len(_kept(run))} requests are in none of your batches. "
                "The loop ends before the batch that it was filling is put with the others."
            ),
            next_step="After the loop, add the batch that is still open.",
            reread=ROOM,
        ),
        Misconception(
            id="count_ignored",
            applies=lambda run: any(len(part) > run.case.inputs["max_requests"] for part in _parts(run)),
            cause=lambda run: (
                f"a batch of yours has {max(map(len, _parts(run)))} requests, and {run.case.inputs['max_requests']} "
                "are the most. There are two limits, and the first that is reached counts."
            ),
            next_step="Close the batch when it has `max_requests` requests, whatever its size.",
            reread=ROOM,
        ),
        Misconception(
            id="characters_not_bytes",
            applies=lambda run: run.case.name == UMLAUTS and _too_big(run) is not None and not _ignores_size(run),
            cause=lambda run: (
                f"{_over(run)} What counts is the whole request as it is sent, in bytes: an umlaut is one "
                "character and two bytes, and the text is not all of it."
            ),
            next_step="Measure what is sent: `len(json.dumps(request, ensure_ascii=False).encode())`.",
            reread=ROOM,
        ),
        Misconception(
            id="size_ignored",
            applies=lambda run: run.case.name == UMLAUTS and _too_big(run) is not None,
            cause=lambda run: f"{_over(run)} At the real limit the answer is a 413, after the upload.",
            next_step="Close the batch before the request that would make it too big.",
            reread=ROOM,
        ),
        Misconception(
            id="around_them_forgotten",
            applies=lambda run: _measured(run, request_size),
            cause=lambda run: (
                f"{_over(run)} Your requests alone would fit. What stands around them travels too: "
                '`{"requests":[` before, `]}` behind, and a comma between every two.'
            ),
            next_step="Begin with the bytes of an empty batch, and count one more for each comma.",
            reread=ROOM,
        ),
        Misconception(
            id="escapes_counted",
            applies=lambda run: run.case.name == UMLAUTS and _is_wasteful(run),
            cause=lambda run: (
                f"you made {len(_parts(run))} batches where {run.case.expected['batches']} are enough. `json.dumps` "
                r"writes an umlaut as `\u00fc`, six bytes; the SDK sends it as two."
            ),
            next_step="Measure with `ensure_ascii=False`, and encode the result.",
            reread=ROOM,
        ),
        Misconception(
            id="too_large_passed_on",
            applies=lambda run: run.case.name == TOO_LARGE and run.observation.raised is None,
            cause="one request is larger than a whole batch may be, and you raised nothing: it is either lost or sent "
            "to be refused.",
            next_step="Raise a `ValueError` that names its `custom_id`.",
            reread=ROOM,
        ),
    ),
    hints=(
        "Go through the requests once and fill one batch after the other. Before you add a request, ask whether it "
        "still fits.",
        'Its size is `len(json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode())`. Add one for the '
        'comma behind it, and begin each batch with the bytes of `{"requests":[]}`.',
        "Keep `batches`, a list of lists, and the size of its last one. Start a new list when there is none, when the "
        "last one has `max_requests`, or when it would grow over `max_bytes`. Then append to the last list.",
    ),
)


def _ignores_size(run: Run) -> bool:
    """Whether all of it went into as few batches as if there were no limit in bytes."""
    count = len(run.case.inputs["requests"])
    return bool(len(_parts(run)) <= -(-count // run.case.inputs["max_requests"]))
