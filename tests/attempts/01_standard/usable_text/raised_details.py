"""A refusal always comes with its details."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    match message.stop_reason:
        case "end_turn" | "stop_sequence":
            return "".join(block.text for block in message.content if block.type == "text")
        case "max_tokens" | "model_context_window_exceeded":
            raise Truncated
        case "refusal":
            raise Refused("declined: " + message.stop_details.category)
        case _:
            raise Unfinished
