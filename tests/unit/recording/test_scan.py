"""What must not be in a file is found, and prose is not."""

from random import Random

import pytest

from helpers.recording.scan import scan
from helpers.replay import fixtures

from .planting import IN_USE, KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_found(kind: str) -> None:
    """Alone, in a sentence, in JSON; and of what was found no more is told than how it begins."""
    for seed in range(50):
        secret = KINDS[kind](Random(seed))
        for text in (secret, f"It is {secret}, I think.", f'{{"it": "{secret}"}}'):
            found = list(scan(text, [IN_USE]))
            assert found, text
            assert secret not in str(found[0])


@pytest.mark.parametrize(
    "text",
    [
        *("".join(block["text"] for block in fixture.message["content"]) for fixture in fixtures().values()),
        "Unbelievably-characteristically, the Straßenbahnhaltestelle was closed from 2026-11-27 to 2026-12-01.",
        "Order 4821-1, 12.50 EUR; call 030 123456 between 9:00 and 17:30.",
        "See https://platform.claude.com/docs/en/build-with-claude/streaming#event-types for content_block_delta.",
        "ephemeral_5m_input_tokens cache_creation_input_tokens message_start claude-opus-4-8 claude-haiku-4-5-20251001",
        "text/event-stream; charset=utf-8 max-age=31536000 application/x-jsonl",
        "A haiku has 5-7-5 syllables; 1234567 is a number of 7 digits, e.g. 1,234,567.",
    ],
)
def test_not_found(text: str) -> None:
    """What the API's answers are made of may be kept."""
    assert list(scan(text, [IN_USE])) == []
