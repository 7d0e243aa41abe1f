"""Tests that run Node say so in one sentence where there is none."""

import pytest

from helpers.typescript.node import problem


@pytest.fixture
def needs_node() -> None:
    """Skips where TypeScript cannot be run."""
    why_not = problem()
    if why_not:
        pytest.skip(why_not)
