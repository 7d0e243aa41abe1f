"""The class that lesson A2 hands out, as it hands it out: with all four faults in it.

It is here so that an untouched class can be told from a repaired one. A test holds it against the lesson's cell.
It stands behind no web framework: nothing that is judged hangs on one, a learner's environment has none, and a browser
could not serve it.
"""

from collections.abc import Callable

import anthropic
from anthropic import Anthropic

from helpers.settings import MODEL


class HelpDesk:
    """Answers the customers of a shop.

    Each question leaves one line in the log: `ok`, whether the customer got the whole answer,
    and `error`, the class of what went wrong, or None.
    """

    def __init__(self, client: Anthropic, log: Callable[[dict[str, object]], None]) -> None:
        # A long answer takes its time.
        self.client = client.with_options(timeout=None)
        self.log = log

    def reply(self, question: str) -> str:
        """The whole answer. Raises where there is none."""
        attempts = 3
        while True:
            attempts -= 1
            try:
                text = self._ask(question)
            except anthropic.APIError as error:
                if attempts == 0:
                    self.log({"ok": False, "error": type(error).__name__})
                    raise
            else:
                self.log({"ok": True, "error": None})
                return text

    def _ask(self, question: str) -> str:
        with self.client.messages.stream(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
        ) as stream:
            return "".join(stream.text_stream)
