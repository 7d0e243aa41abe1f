"""Runs every tool call that it finds, also one that was cut off."""

from typing import Any

from anthropic.types import Message, ToolParam

from helpers import Unfinished
from helpers.replay import Answer, Scenario, blocks, says
from tests.apps import App, Said, Wire, question

TOOL: ToolParam = {
    "name": "refund",
    "description": "Pay money back.",
    "input_schema": {"type": "object", "properties": {"order": {"type": "string"}, "cents": {"type": "integer"}}},
}
CALL = {"type": "tool_use", "id": "toolu_01A", "name": "refund", "input": {"order": "A-17", "cents": 4200}}


def _ask(wire: Wire, messages: list[dict[str, Any]]) -> Message:
    asked = {**question(), "messages": messages}
    with wire.client() as client, client.messages.stream(**asked, tools=[TOOL]) as stream:
        return stream.get_final_message()


def _run(wire: Wire, *, careful: bool) -> Said:
    effects: list[Any] = []
    messages: list[dict[str, Any]] = list(question()["messages"])
    while True:
        message = _ask(wire, messages)
        calls = [block for block in message.content if block.type == "tool_use"]
        if careful and message.stop_reason not in ("tool_use", "end_turn"):
            return {"outcome": Unfinished(str(message.stop_reason)), "effects": effects}
        if not calls:
            return {"outcome": message.content, "effects": effects}
        effects += [[call.id, call.input] for call in calls]
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": "paid"} for call in calls]
        answer = [block.model_dump(include={"type", "text", "id", "name", "input"}) for block in message.content]
        messages = [*messages, {"role": "assistant", "content": answer}, {"role": "user", "content": results}]


def faulty(wire: Wire) -> Said:
    return _run(wire, careful=False)


def mended(wire: Wire) -> Said:
    return _run(wire, careful=True)


APP = App(
    "half_tool",
    "runs a tool call that was cut off",
    "half_tool_call",
    faulty,
    mended,
    Scenario(
        "half a call",
        "a stream that ends in the middle of a tool call, then an answer",
        (Answer(blocks([CALL], stop_reason="tool_use"), ending="truncate", after=3),),
        Answer(says("Your money is on its way.")),
    ),
    [
        {"type": "reply", "tool_calls": [{"name": "refund", "arguments": {"order": "A-17", "cents": 4200}}]},
        {"type": "stream_fault", "kind": "truncate", "after_chunks": 3},
        {"type": "reply", "text": "Your money is on its way."},
    ],
)
