"""Polls as the API asks for it."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    waited = 0.0
    while True:
        pause = 10.0
        try:
            raw = client.messages.batches.with_raw_response.retrieve(batch_id)
            batch = raw.parse()
            if batch.processing_status == "ended":
                return batch
            pause = float(raw.headers.get("retry-after", pause))
        except anthropic.NotFoundError:
            pass
        if waited >= deadline:
            raise TimeoutError(batch_id)
        pause = min(pause, deadline - waited)
        sleep(pause)
        waited += pause
