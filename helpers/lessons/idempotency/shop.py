"""The shop of lesson 07, as the model sees it: replies that charge a card."""

from helpers.replay import Answer, blocks


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
