"""I believed: an answer that nobody watches needs no stream."""

from helpers import MODEL, Unfinished


class HelpDesk:
    def __init__(self, client, log):
        self.client = client
        self.log = log

    def reply(self, question):
        request_id, error = None, None
        try:
            raw = self.client.messages.with_raw_response.create(
                model=MODEL, max_tokens=400, timeout=60, messages=[{"role": "user", "content": question}]
            )
            request_id = raw.headers.get("request-id")
            message = raw.parse()
            if message.stop_reason not in ("end_turn", "stop_sequence"):
                raise Unfinished(message.stop_reason)
            return "".join(block.text for block in message.content if block.type == "text")
        except Exception as failed:
            error = failed
            request_id = request_id or getattr(failed, "request_id", None)
            raise
        finally:
            name = None if error is None else type(error).__name__
            self.log({"ok": error is None, "error": name, "request_id": request_id})
