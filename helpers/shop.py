"""The shop of lessons 07 and 10: its tool, and a model that calls it."""

from typing import Final

from anthropic.types import ToolParam

from helpers.replay import Answer, blocks

REFUND_TOOL: Final[ToolParam] = {
    "name": "refund",
    "description": "Pay back to the customer's card.",
    "input_schema": {
        "type": "object",
        "properties": {
            "refund": {"type": "string", "description": "The shop's own number of this one refund."},
            "amount": {"type": "integer", "description": "Cents."},
            "reason": {"type": "string", "description": "For the customer's statement."},
        },
        "required": ["refund", "amount"],
    },
}


def charges(*payments: str, call: int, note: str = "Instalment", amount: int = 1250) -> Answer:
    """A reply that charges each of `payments`. `call` is in the ids of its tool calls: another one in every reply."""
    calls = [
        {
            "type": "tool_use",
            "id": f"toolu_{call:02}_{number:02}",
            "name": "charge",
            "input": {"payment": payment, "amount": amount, "customer": "Ada", "note": note},
        }
        for number, payment in enumerate(payments, 1)
    ]
    return Answer(blocks([{"type": "text", "text": "I charge that now."}, *calls], stop_reason="tool_use"))
