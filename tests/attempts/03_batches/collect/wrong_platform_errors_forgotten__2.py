"""I believed: api_error is the only one of the platform's."""


def collect(client, batch_id):
    texts, again = {}, []
    for entry in client.messages.batches.results(batch_id):
        if entry.result.type == "succeeded":
            texts[entry.custom_id] = "".join(
                block.text for block in entry.result.message.content if block.type == "text"
            )
        elif entry.result.type == "expired" or (
            entry.result.type == "errored" and entry.result.error.error.type == "api_error"
        ):
            again.append(entry.custom_id)
    return texts, again
