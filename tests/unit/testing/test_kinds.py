"""Where a finding leads to is there: one source for what is taught."""

from pathlib import Path

import pytest

from helpers.testing import KINDS

SOLUTIONS = Path(__file__).parents[3] / "solutions"


@pytest.mark.parametrize("kind", KINDS)
def test_lesson(kind: str) -> None:
    """Its lesson has the section, and it says what to do."""
    advice = KINDS[kind].advice()
    headings = (SOLUTIONS / f"{advice.lesson}.py").read_text("utf-8").splitlines()
    assert {f"# ## {advice.section}", f"# ### {advice.section}"} & set(headings)
    assert advice.next_step.endswith(".")
