"""I believed: a 404 is for the first minute."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            if waited > 0:
                raise
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
