"""I believed: the clock on the wall knows how long I slept."""

import time

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    start = time.monotonic()
    while time.monotonic() - start < deadline:
        try:
            batch = client.messages.batches.retrieve(batch_id)
            if batch.processing_status == "ended":
                return batch
        except anthropic.NotFoundError:
            pass
        sleep(60)
    raise TimeoutError(batch_id)
