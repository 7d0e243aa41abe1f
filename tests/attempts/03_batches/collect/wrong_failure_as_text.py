"""I believed: an entry for each, so that none is missing."""


def collect(client, batch_id):
    texts, again = {}, []
    for entry in client.messages.batches.results(batch_id):
        if entry.result.type == "succeeded":
            texts[entry.custom_id] = "".join(
                block.text for block in entry.result.message.content if block.type == "text"
            )
        else:
            texts[entry.custom_id] = ""
            again.append(entry.custom_id)
    return texts, again
