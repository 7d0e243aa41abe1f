"""I believed: what fails once may work the next time."""

import time

import anthropic

PASSING = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")


def results_of(client, batch_id):
    for _ in range(3):
        try:
            return client.messages.batches.results(batch_id)
        except anthropic.APIStatusError:
            time.sleep(2)
    return client.messages.batches.results(batch_id)


def collect(client, batch_id):
    texts, again = {}, []
    for entry in results_of(client, batch_id):
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PASSING):
            again.append(entry.custom_id)
    return texts, again
