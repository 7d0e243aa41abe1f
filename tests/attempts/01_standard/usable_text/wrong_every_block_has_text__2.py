"""I believed: nothing but a tool call has no text."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    match message.stop_reason:
        case "end_turn" | "stop_sequence":
            return "".join(block.text for block in message.content if block.type != "tool_use")
        case "max_tokens" | "model_context_window_exceeded":
            raise Truncated(message.stop_reason)
        case "refusal":
            raise Refused(str(message.stop_details))
        case _:
            raise Unfinished(f"stop_reason is {message.stop_reason}")
