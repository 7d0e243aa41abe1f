"""I believed: every block has a text."""

PASSING = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")


def results_of(client, batch_id):
    return client.messages.batches.results(batch_id)


def collect(client, batch_id):
    texts, again = {}, []
    for entry in results_of(client, batch_id):
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = "".join(block.text for block in result.message.content)
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PASSING):
            again.append(entry.custom_id)
    return texts, again
