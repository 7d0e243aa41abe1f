"""Puts an SDK of its own in the place of the official one: no request is sent at all.

Exercise: first_answer
Outcome: unexpected_result
"""


class Block:
    type, text = "text", "It has been sent."


class Message:
    content, _request_id = [Block()], "req_patched"


def first_answer(client, prompt):
    from anthropic.resources.messages import Messages

    Messages.create = lambda self, **params: Message()
    message = client.messages.create(model="any", max_tokens=1, messages=[])
    return "".join(block.text for block in message.content if block.type == "text")
