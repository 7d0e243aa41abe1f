"""A 404 is asked again, unless the batch says that its results are gone."""

import time

import anthropic

PLATFORM = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error"}


def results_of(batches, batch_id):
    for _ in range(5):
        try:
            return batches.results(batch_id)
        except anthropic.NotFoundError:
            if batches.retrieve(batch_id).archived_at is not None:
                break
            time.sleep(2)
    raise LookupError(f"the results of {batch_id} are gone")


def collect(client, batch_id):
    texts, again = {}, []
    results = results_of(client.messages.batches, batch_id)
    for entry in results:
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PLATFORM):
            again.append(entry.custom_id)
    return texts, again
