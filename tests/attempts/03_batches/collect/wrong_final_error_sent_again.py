"""I believed: what is not a bad request passes."""

from anthropic.types import InvalidRequestError
from anthropic.types.messages import (
    MessageBatchErroredResult,
    MessageBatchExpiredResult,
    MessageBatchSucceededResult,
)


def collect(client, batch_id):
    def is_passing(result):
        if isinstance(result, MessageBatchErroredResult):
            return not isinstance(result.error.error, InvalidRequestError)
        return isinstance(result, MessageBatchExpiredResult)

    texts = {
        entry.custom_id: entry.result.message.content[0].text
        for entry in client.messages.batches.results(batch_id)
        if isinstance(entry.result, MessageBatchSucceededResult)
    }
    again = [entry.custom_id for entry in client.messages.batches.results(batch_id) if is_passing(entry.result)]
    return texts, again
