"""I believed: trying three times is what a robust service does."""

import anthropic

from helpers import MODEL, Unfinished


class HelpDesk:
    def __init__(self, client, log):
        self.client = client.with_options(timeout=30)
        self.log = log

    def reply(self, question):
        line = {"ok": False, "error": None, "request_id": None}
        try:
            for left in (2, 1, 0):
                try:
                    text = self._ask(question, line)
                    break
                except anthropic.APIError:
                    if not left:
                        raise
            line["ok"] = True
            return text
        except Exception as error:
            line["error"] = type(error).__name__
            line["request_id"] = line["request_id"] or getattr(error, "request_id", None)
            raise
        finally:
            self.log(line)

    def _ask(self, question, line):
        with self.client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
        ) as stream:
            line["request_id"] = stream.request_id
            text = "".join(stream.text_stream)
            reason = stream.get_final_message().stop_reason
        if reason not in ("end_turn", "stop_sequence"):
            raise Unfinished(f"the answer ended before it was whole: {reason}")
        return text
