"""I believed: where there is nothing, there is nothing to do."""

import anthropic

PLATFORM = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error"}


def collect(client, batch_id):
    texts, again = {}, []
    try:
        results = client.messages.batches.results(batch_id)
    except anthropic.NotFoundError:
        return {}, []
    for entry in results:
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PLATFORM):
            again.append(entry.custom_id)
    return texts, again
