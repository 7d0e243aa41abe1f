"""I believed: it ends some time."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            pass
        sleep(30)
