"""All stop reasons are right, and the text is in content[0]."""

from helpers import Refused, Truncated, Unfinished


def usable_text(message):
    match message.stop_reason:
        case "end_turn" | "stop_sequence":
            return message.content[0].text
        case "max_tokens" | "model_context_window_exceeded":
            raise Truncated
        case "refusal":
            raise Refused
        case _:
            raise Unfinished
