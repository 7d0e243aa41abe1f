"""The check of `build_requests`: the requests of a batch."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpers.judging.check import Case, Check, Misconception, Run
from helpers.judging.reading import error_of, has_raised, raised_name, shortened
from helpers.judging.words import draw_answer
from helpers.lessons.batches import LESSON
from helpers.lessons.batches.checks.shared import PLAIN
from helpers.replay.rules import Refusal, check_line
from helpers.settings import MODEL

THREAD: Final = "The custom id is the only thread"
DOCUMENTS: Final = "20 documents"
PATH: Final = "a path as key"
LINE_BREAK: Final = "a line break in a key"
UMLAUT: Final = "an umlaut in a key"
LONG: Final = "a key of 65 characters"
EMPTY: Final = "an empty key"
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
        _build_case(EMPTY, source, ""),
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
        check_line(params, (MODEL,))
    except Refusal as refusal:
        return refusal.message
    return None


def _refused(run: Run) -> str | None:
    return next((said for one in _requests(run) if (said := _refusal(one["params"])) is not None), None)


def _wrong_requests(run: Run) -> str | None:
    documents, bad = run.case.inputs["documents"], run.case.expected["bad"]
    if bad is not None:
        if has_raised(run, "ValueError"):
            return "your `ValueError` does not name the key." if _is_nameless(run) else None
        return f"expected a `ValueError`, because {shortened(bad)} can't be a custom id; got {shortened(run.value)}."
    if sorted(map(str, _ids(run))) != sorted(documents) or len(run.value) != len(documents):
        return f"expected one request for each of {len(documents)} documents, got {shortened(run.value)}."
    if (refusal := _refused(run)) is not None:
        return f"the API would not process these requests: `{refusal}`."
    for one in _requests(run):
        if documents[one["custom_id"]] not in _said(one["params"]):
            return f"the request of {shortened(one['custom_id'])} does not hold the text of that document."
    return None


def _is_nameless(run: Run) -> bool:
    """Whether a `ValueError` says nothing of the key that it is about. Its beginning is enough."""
    bad = run.case.expected["bad"]
    if not bad or not has_raised(run, "ValueError") or "raise" not in (error_of(run).source or ""):
        return False
    return bad.strip()[:3] not in error_of(run).message


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


CHECK: Final = Check(
    LESSON.exercise("build_requests"),
    cases=_build_cases,
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
            id="nameless_error",
            applies=_is_nameless,
            cause=lambda run: (
                f"your `ValueError` says {shortened(error_of(run).message)}. One of the keys is bad, and whoever reads "
                "it has to look through all of them."
            ),
            next_step='Put the key into the sentence: `raise ValueError(f"{key!r} is no custom id")`.',
            reread=THREAD,
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
        _bad_id(
            "empty_key_slips_through",
            EMPTY,
            "an empty key got past your check. A pattern that ends in `*` or begins with `{0,` matches nothing at all.",
            "Ask for at least one character: `{1,64}`.",
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
    besides="Ours looks at every key before it builds the first request.",
)
