"""I believed: the caller can look at the status."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    batch = None
    while waited < deadline:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                break
        except anthropic.NotFoundError:
            pass
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
    return batch
