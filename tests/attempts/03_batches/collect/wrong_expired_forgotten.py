"""I believed: expired is over."""

PASSING = ("api_error", "overloaded_error", "rate_limit_error", "timeout_error")


def collect(client, batch_id):
    texts, again = {}, []
    for entry in client.messages.batches.results(batch_id):
        if entry.result.type == "succeeded":
            texts[entry.custom_id] = "".join(
                block.text for block in entry.result.message.content if block.type == "text"
            )
        elif entry.result.type == "errored" and entry.result.error.error.type in PASSING:
            again.append(entry.custom_id)
    return texts, again
