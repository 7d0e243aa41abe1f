"""Answers the SDK's requests in the process itself, before they reach the grader's server.

Exercise: first_answer
Outcome: unexpected_result
"""

ANSWER = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude",
    "content": [{"type": "text", "text": "It has been sent."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


def first_answer(client, prompt):
    import httpx2
    from helpers import MODEL

    client._client._transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=ANSWER))
    message = client.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
    return message.content[0].text
