"""The benchmark of TypeScript runs; what it measures is for people to read."""

import pytest
from click.testing import CliRunner

from helpers.typescript.node import problem
from tests.benchmarks import typescript


@pytest.mark.skipif(problem() is not None, reason=str(problem()))
@pytest.mark.weekly
def test_typescript() -> None:
    """One round: every part has its line, and what is checked and graded passes."""
    result = CliRunner().invoke(typescript.main, ["--rounds", "1"])
    assert result.exit_code == 0, result.output
    rows = [line.rstrip().rsplit(maxsplit=2) for line in result.output.splitlines()[1:]]
    assert len(rows) == 9
    assert all(median == least and float(median.replace(",", "")) >= 0 for _, median, least in rows)
    assert rows[-1][0].strip() == "graded from outside, in a process that stays"
