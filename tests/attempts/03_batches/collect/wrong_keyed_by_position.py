"""I believed: the results are in my order."""


def collect(client, batch_id):
    texts, again = {}, []
    for number, entry in enumerate(client.messages.batches.results(batch_id)):
        if entry.result.type == "succeeded":
            texts[f"doc-{number}"] = "".join(
                block.text for block in entry.result.message.content if block.type == "text"
            )
        elif entry.result.type == "expired":
            again.append(entry.custom_id)
    return texts, again
