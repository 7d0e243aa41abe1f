"""By the classes of the SDK, and read twice."""

from anthropic.types import APIErrorObject, GatewayTimeoutError, OverloadedError, RateLimitError
from anthropic.types.messages import (
    MessageBatchErroredResult,
    MessageBatchExpiredResult,
    MessageBatchSucceededResult,
)


def collect(client, batch_id):
    def is_passing(result):
        if isinstance(result, MessageBatchErroredResult):
            return isinstance(
                result.error.error, (APIErrorObject, GatewayTimeoutError, OverloadedError, RateLimitError)
            )
        return isinstance(result, MessageBatchExpiredResult)

    texts = {
        entry.custom_id: "".join(block.text for block in entry.result.message.content if block.type == "text")
        for entry in client.messages.batches.results(batch_id)
        if isinstance(entry.result, MessageBatchSucceededResult)
    }
    again = [entry.custom_id for entry in client.messages.batches.results(batch_id) if is_passing(entry.result)]
    return texts, again
