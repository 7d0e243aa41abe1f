"""What has no address is gone, and said to be; a 404 gets a second look."""

import anthropic

PASSING = frozenset({"api_error", "overloaded_error", "timeout_error", "rate_limit_error"})


def collect(client, batch_id):
    batches = client.messages.batches
    batch = batches.retrieve(batch_id)
    if batch.results_url is None:
        raise LookupError(f"{batch_id} was archived at {batch.archived_at}")
    try:
        lines = batches.results(batch_id)
    except anthropic.NotFoundError:
        lines = batches.results(batch_id)
    texts, again = {}, []
    for line in lines:
        kind = line.result.type
        if kind == "succeeded":
            texts[line.custom_id] = "".join(getattr(block, "text", "") for block in line.result.message.content)
        elif kind == "expired" or (kind == "errored" and line.result.error.error.type in PASSING):
            again.append(line.custom_id)
    return texts, again
