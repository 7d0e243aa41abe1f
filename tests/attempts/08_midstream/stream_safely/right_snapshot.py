"""Right: text from the text stream, and the stop reason from the final message, where there is one."""

import anthropic
import httpx2

from helpers import MODEL, Outcome


def stream_safely(client, prompt, write):
    text = ""
    try:
        with client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
        ) as stream:
            error = None
            try:
                for piece in stream.text_stream:
                    text += piece
                    write(piece)
                stop_reason = stream.get_final_message().stop_reason
                if stop_reason not in ("end_turn", "stop_sequence"):
                    error = f"stop reason {stop_reason}"
            except (anthropic.APIError, httpx2.HTTPError, ValueError) as broken:
                error = repr(broken)
            except AssertionError:
                error = "no message at all"
            return Outcome(text=text, complete=error is None, error=error, request_id=stream.request_id)
    except anthropic.APIStatusError as refused:
        return Outcome("", False, str(refused), refused.request_id)
    except anthropic.APIConnectionError as unreachable:
        return Outcome("", False, str(unreachable), None)
