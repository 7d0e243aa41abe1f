"""I believed: what is not in progress is over."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status != "in_progress":
                return batch
        except anthropic.NotFoundError:
            pass
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
