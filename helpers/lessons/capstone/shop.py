"""The shop of lesson 10: the tool that it gives the model."""

from typing import Final

from anthropic.types import ToolParam

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
