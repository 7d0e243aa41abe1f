"""Returns a model that writes itself as whatever it likes, and claims to be a message.

Exercise: long_report
Outcome: raised | wrong_type | unexpected_result
"""

from pydantic import BaseModel


class Message(BaseModel):
    def model_dump(self, **options):
        return {"type": "message", "content": Endless(), "stop_reason": True}


class Endless(list):
    def __iter__(self):
        return self

    def __next__(self):
        return {"type": "text", "text": "more"}


def long_report(client, prompt, max_tokens):
    return Message()
