"""llm with llm-anthropic, as its documentation of the Python API begins."""

import os
from collections.abc import Iterator

os.environ["ANTHROPIC_BASE_URL"] = os.environ["BASE_URL"]

import llm

model = llm.get_model(f"anthropic/{os.environ['MODEL']}")
model.key = "replay"


def unstreamed() -> str:
    return str(model.prompt("Hello", stream=False).text())


def streamed() -> Iterator[str]:
    yield from model.prompt("Hello")
