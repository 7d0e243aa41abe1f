"""I believed: a 404 passes."""

import time

import anthropic

PLATFORM = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error"}


def collect(client, batch_id):
    texts, again = {}, []
    while True:
        try:
            results = client.messages.batches.results(batch_id)
            break
        except anthropic.NotFoundError:
            time.sleep(1)
    for entry in results:
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PLATFORM):
            again.append(entry.custom_id)
    return texts, again
