"""I believed: 404 means that it is not there."""


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while (batch := client.messages.batches.retrieve(batch_id)).processing_status != "ended":
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(60, deadline - waited)
        sleep(pause)
        waited += pause
    return batch
