"""I believed: the SDK asks whether it has finished, so it has not, and I wait."""

import time

import anthropic

PLATFORM = {"api_error", "overloaded_error", "timeout_error", "rate_limit_error"}


def results_of(batches, batch_id):
    missed = 0
    while True:
        try:
            return batches.results(batch_id)
        except anthropic.NotFoundError:
            missed += 1
            if missed == 3:
                raise
        except anthropic.APIError:
            raise
        except anthropic.AnthropicError:
            pass
        time.sleep(10)


def collect(client, batch_id):
    texts, again = {}, []
    for entry in results_of(client.messages.batches, batch_id):
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content if block.type == "text")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PLATFORM):
            again.append(entry.custom_id)
    return texts, again
