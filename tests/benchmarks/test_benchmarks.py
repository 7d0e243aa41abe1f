"""The benchmarks run; what they measure is for people to read, not for a test to judge."""

from click.testing import CliRunner

from tests.benchmarks.replay import ANSWER, EVENTS, chunks, main


def test_replay() -> None:
    """One round of each comparison."""
    result = CliRunner().invoke(main, ["--rounds", "1", "--repeats", "1", "--imports", "0"])
    assert result.exit_code == 0
    assert result.output.count("ReplayTransport") == 2


def test_events() -> None:
    """The stream is as long as it is said to be."""
    assert len(chunks(ANSWER, streamed=True)) == EVENTS
