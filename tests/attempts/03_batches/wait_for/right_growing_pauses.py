"""Pauses that grow, as retries do."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited, pause = 0.0, 5.0
    while True:
        status = None
        try:
            batch = client.messages.batches.retrieve(batch_id)
            status = batch.processing_status
        except anthropic.NotFoundError:
            status = "unknown"
        if status == "ended":
            return batch
        left = deadline - waited
        if left <= 0:
            raise TimeoutError(f"still {status} after {waited} s")
        sleep(min(pause, left))
        waited += min(pause, left)
        pause = min(pause * 1.5, 120)
