"""instructor, as its documentation begins: it asks for a tool call, whose input it takes for the answer."""

import os
from collections.abc import Iterator
from typing import Any

import instructor
from anthropic import Anthropic
from pydantic import BaseModel


class Reply(BaseModel):
    """What to say."""

    text: str


client = instructor.from_anthropic(
    Anthropic(base_url=os.environ["BASE_URL"], api_key="replay", timeout=float(os.environ["PATIENCE"]))
)
asked: dict[str, Any] = {
    "model": os.environ["MODEL"],
    "max_tokens": 400,
    "messages": [{"role": "user", "content": "Hello"}],
}


def unstreamed() -> str:
    return str(client.messages.create(**asked, response_model=Reply).text)


def streamed() -> Iterator[str]:
    before = ""
    for partial in client.messages.create_partial(**asked, response_model=Reply):
        text = partial.text or ""
        yield text.removeprefix(before)
        before = text
