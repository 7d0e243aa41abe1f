"""I believed: whatever it is, it passes."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.APIError:
            pass
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
