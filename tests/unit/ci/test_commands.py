"""Nobody's text is a command, and the points are."""

import pytest

from helpers.ci.commands import notice, only_text, points

from .runner import commands_in

HOSTILE = [
    "::error::no",
    "  ::add-mask::e",
    "words ##[set-output name=a]b",
    "::set-output name=score::99",
    "::stop-commands::mine",
    "::mine::",
    "::notice title=Points::99 of 99",
    "fine\r::warning::no",
]


@pytest.mark.parametrize("line", [line for line in HOSTILE if "mine" not in line])
def test_would_act(line: str) -> None:
    """Printed as they are, these lines are commands: otherwise the next test would prove nothing."""
    assert commands_in(line) != []


def test_only_text() -> None:
    """Within it none of them is one; after it commands are."""
    lines: list[str] = []
    with only_text(lines.append):
        lines.extend(HOSTILE)
    lines.append(notice("a", "b"))
    assert commands_in("\n".join(lines)) == ["::notice title=a::b"]


def test_another_word_every_time() -> None:
    """The word that ends it cannot be known beforehand."""
    lines: list[str] = []
    for _ in range(2):
        with only_text(lines.append):
            pass
    assert len(set(lines)) == 4


def test_stays_stopped() -> None:
    """After an exception: what is printed then may hold anything."""
    lines: list[str] = []
    with pytest.raises(ZeroDivisionError), only_text(lines.append):
        raise ZeroDivisionError
    assert commands_in("\n".join([*lines, *HOSTILE])) == []


def test_notice() -> None:
    """One line, whatever is in it, and nothing of it ends the title."""
    assert notice("a: b, c", "50 %\nof all") == "::notice title=a%3A b%2C c::50 %25%0Aof all"


def test_points() -> None:
    """A notice that nobody's text can be taken for."""
    assert points(3, 38) == "::notice title=Points::3 of 38"
