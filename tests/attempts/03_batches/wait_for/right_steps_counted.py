"""A fixed number of polls, spread evenly over what there is."""

import anthropic


def wait_for(client, batch_id, sleep, deadline):
    steps = max(int(deadline // 45), 1)
    for _ in range(steps + 1):
        try:
            batch = client.messages.batches.retrieve(batch_id)
        except anthropic.APIStatusError as error:
            if error.status_code != 404:
                raise
        else:
            if batch.processing_status == "ended":
                return batch
        if _ < steps:
            sleep(45 if deadline >= 45 else deadline)
    raise TimeoutError(batch_id)
