"""The SDK itself, for comparison."""

import os
from collections.abc import Iterator
from typing import Any

from anthropic import Anthropic

client = Anthropic(base_url=os.environ["BASE_URL"], api_key="replay", timeout=float(os.environ["PATIENCE"]))
asked: dict[str, Any] = {
    "model": os.environ["MODEL"],
    "max_tokens": 400,
    "messages": [{"role": "user", "content": "Hello"}],
}


def unstreamed() -> str:
    return "".join(block.text for block in client.messages.create(**asked).content if block.type == "text")


def streamed() -> Iterator[str]:
    with client.messages.stream(**asked) as stream:
        yield from stream.text_stream
