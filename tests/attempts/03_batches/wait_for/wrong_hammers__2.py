"""I believed: the loop waits by itself."""


def wait_for(client, batch_id, sleep, deadline):
    while True:
        batch = client.messages.batches.retrieve(batch_id)
        if batch.processing_status == "ended":
            return batch
