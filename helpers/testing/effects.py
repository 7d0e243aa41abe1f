"""Rules about what an app does in the world: tools that it runs, batches that it begins."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from helpers.replay.wire import Exchange
from helpers.testing.calls import BATCHES
from helpers.testing.evidence import Evidence
from helpers.testing.finding import Finding


def half_tool_call(evidence: Evidence) -> Iterator[Finding]:
    """A tool was run although its call, or the answer that held it, never came to its end."""
    for asked, told in _tool_turns(evidence):
        reason = evidence.stop_reasons.get(asked.number)
        if asked.whole and reason in (None, "tool_use"):
            continue
        how = f"ended with `stop_reason` {reason}" if asked.whole else f"broke off ({asked.ending})"
        yield Finding(
            "half_tool_call",
            f"the answer that held the tool call {how}, and your app ran it and sent its result. The SDK makes of such "
            "a call what it can: a block that looks like any other, with what had arrived of its input.",
            (asked, told),
        )


def side_effect_twice(evidence: Evidence) -> Iterator[Finding]:
    """The same was done more than once."""
    times = Counter(map(_written, evidence.effects or ()))
    twice = {effect: count for effect, count in times.items() if count > 1}
    if twice:
        effect, count = next(iter(twice.items()))
        tools = tuple(one for one in evidence.exchanges if _results_in(one))
        yield Finding(
            "side_effect_twice",
            f"`{effect}` was done {count} times. What is asked for again must not be done again.",
            tools or tuple(evidence.exchanges),
        )


def batch_orphaned(evidence: Evidence) -> Iterator[Finding]:
    """A batch that runs on, and whose results nobody asks for."""
    begun = [one for one in evidence.exchanges if one.method == "POST" and one.path == BATCHES and _happened(one)]
    followed = {
        one.path.removeprefix(f"{BATCHES}/").partition("/")[0]
        for one in evidence.exchanges
        if one.status == 200 and (one.path.endswith(("/results", "/cancel")) or one.method == "DELETE")
    }
    lost = len(begun) - len(followed)
    if lost > 0:
        yield Finding(
            "batch_orphaned",
            f"{len(begun)} batches were begun, and of {lost} nobody asked for the results or canceled it. It runs on, "
            "and is paid for.",
            tuple(begun),
        )


RULES: Final = (half_tool_call, side_effect_twice, batch_orphaned)


def _happened(one: Exchange) -> bool:
    """Whether the API did what was asked, even if its answer was lost on the way."""
    return one.ending != "refused" and (one.status is None or one.status < 400)


def _tool_turns(evidence: Evidence) -> Iterator[tuple[Exchange, Exchange]]:
    """The answer that held a tool call, and the request that tells its result: its messages are two turns longer."""
    for told in evidence.exchanges:
        if not _results_in(told):
            continue
        before = _messages(told)[:-2]
        asked = [one for one in evidence.exchanges[: told.number - 1] if _messages(one) == before]
        if asked:
            yield asked[-1], told


def _messages(one: Exchange) -> list[Any]:
    body = one.body
    messages = body.get("messages") if isinstance(body, dict) else None
    return messages if isinstance(messages, list) else []


def _results_in(one: Exchange) -> bool:
    """Whether the last turn of the request tells the result of a tool."""
    last = (_messages(one) or [None])[-1]
    content = last.get("content") if isinstance(last, Mapping) else None
    blocks = content if isinstance(content, list) else []
    return any(isinstance(block, Mapping) and block.get("type") == "tool_result" for block in blocks)


def _written(effect: Any) -> str:
    return effect if isinstance(effect, str) else json.dumps(effect, sort_keys=True, default=repr)
