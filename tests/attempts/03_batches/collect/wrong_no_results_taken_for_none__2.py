"""I believed: what the SDK can't find any more nobody needs."""

import anthropic

PLATFORM = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error"}


def collect(client, batch_id):
    texts, again = {}, []
    batches = client.messages.batches
    if batches.retrieve(batch_id).results_url is None:
        return texts, again
    try:
        results = batches.results(batch_id)
    except anthropic.NotFoundError:
        results = batches.results(batch_id)
    for entry in results:
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PLATFORM):
            again.append(entry.custom_id)
    return texts, again
