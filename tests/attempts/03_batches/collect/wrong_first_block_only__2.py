"""I believed: the text is the first block that is text."""

PASSING = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")


def results_of(client, batch_id):
    return client.messages.batches.results(batch_id)


def collect(client, batch_id):
    texts, again = {}, []
    for entry in results_of(client, batch_id):
        result = entry.result
        if result.type == "succeeded":
            texts[entry.custom_id] = next((block.text for block in result.message.content if block.type == "text"), "")
        elif result.type == "expired" or (result.type == "errored" and result.error.error.type in PASSING):
            again.append(entry.custom_id)
    return texts, again
