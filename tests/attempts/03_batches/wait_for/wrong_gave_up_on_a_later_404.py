"""I believed: who was found once stays found."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited, known = 0.0, False
    while True:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
            known = True
        except anthropic.NotFoundError:
            if known:
                raise
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
