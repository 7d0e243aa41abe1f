"""The names of metrics in lesson 09: what it says of the older ones is what the installed package says."""

import re
from pathlib import Path

import pytest
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics as older

LESSON = (Path(__file__).parents[3] / "solutions" / "09_logging.py").read_text("utf-8")
CURRENT = {
    "gen_ai.client.inference.duration",
    "gen_ai.client.inference.usage.input_tokens",
    "gen_ai.client.inference.usage.output_tokens",
    "gen_ai.client.inference.usage.cache_read.input_tokens",
}
"""Of version 0.1.0 of https://github.com/open-telemetry/semantic-conventions-genai, looked up on 2026-11-27."""


def test_current_names() -> None:
    """What the lesson measures has the current names."""
    assert set(re.findall(r'create_\w+\(\s*"([\w.]+)"', LESSON)) == CURRENT


@pytest.mark.parametrize("name", [older.GEN_AI_CLIENT_OPERATION_DURATION, older.GEN_AI_CLIENT_TOKEN_USAGE])
def test_older_names(name: str) -> None:
    """The package still has the older ones, which the lesson names as such, and says that they have moved."""
    assert f"`{name}`" in LESSON
    assert name not in CURRENT
    assert "Moved to the [OpenTelemetry GenAI semantic conventions repository]" in Path(older.__file__).read_text(
        "utf-8"
    )
