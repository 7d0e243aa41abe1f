"""I believed: who asks more often knows sooner."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while waited < deadline:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            pass
        sleep(1)
        waited += 1
    raise TimeoutError(batch_id)
