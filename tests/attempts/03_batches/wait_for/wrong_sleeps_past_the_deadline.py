"""I believed: a bit more does not matter."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            pass
        sleep(60)
        waited += 60
        if waited > deadline:
            raise TimeoutError(batch_id)
