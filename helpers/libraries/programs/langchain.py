"""langchain-anthropic, as its documentation begins."""

import os
from collections.abc import Iterator

from langchain_anthropic import ChatAnthropic

model = ChatAnthropic(
    model=os.environ["MODEL"],
    base_url=os.environ["BASE_URL"],
    api_key="replay",
    timeout=float(os.environ["PATIENCE"]),
    max_tokens=400,
)


def unstreamed() -> str:
    return str(model.invoke("Hello").content)


def streamed() -> Iterator[str]:
    for chunk in model.stream("Hello"):
        yield str(chunk.content)
