"""pydantic-ai, as its documentation begins."""

import os
from collections.abc import Iterator

from anthropic import AsyncAnthropic
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider

client = AsyncAnthropic(base_url=os.environ["BASE_URL"], api_key="replay", timeout=float(os.environ["PATIENCE"]))
agent = Agent(AnthropicModel(os.environ["MODEL"], provider=AnthropicProvider(anthropic_client=client)))


def unstreamed() -> str:
    return str(agent.run_sync("Hello").output)


def streamed() -> Iterator[str]:
    result = agent.run_stream_sync("Hello")
    yield from result.stream_text(delta=True)
