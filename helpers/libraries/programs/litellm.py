"""litellm, as its documentation begins."""

import os
from collections.abc import Iterator
from typing import Any

import litellm


def completion(*, stream: bool) -> Any:
    return litellm.completion(
        model=f"anthropic/{os.environ['MODEL']}",
        messages=[{"role": "user", "content": "Hello"}],
        api_base=os.environ["BASE_URL"],
        api_key="replay",
        timeout=float(os.environ["PATIENCE"]),
        max_tokens=400,
        stream=stream,
    )


def unstreamed() -> str:
    return str(completion(stream=False).choices[0].message.content)


def streamed() -> Iterator[str]:
    for chunk in completion(stream=True):
        yield chunk.choices[0].delta.content or ""
