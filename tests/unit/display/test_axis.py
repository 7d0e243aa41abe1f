"""The time axis of a wire timeline."""

import itertools

import pytest

from helpers.display.axis import BROKEN_GAP, Axis


def test_moments_keep_their_proportions() -> None:
    """Where nothing is shortened, a second is a second."""
    axis = Axis([1.0, 5.0, 10.0], left=100, width=200)
    assert [axis.x(moment) for moment in (0.0, 1.0, 2.0, 10.0)] == [100.0, 120.0, 140.0, 300.0]


def test_half_an_answer_is_shorter_than_a_whole_one() -> None:
    """Pictures that stand below each other have the same scale."""
    half, whole = Axis([4.0], left=0, width=400), Axis([4.0, 6.8], left=0, width=400)
    assert half.x(4.0) == whole.x(4.0)
    assert list(half.ticks()) == list(whole.ticks())


def test_a_long_silence_is_broken() -> None:
    """Ten minutes in which nothing happens are drawn as two seconds, and said to be."""
    axis = Axis([1.0, 2.0, 7.0, 607.0], left=0, width=400)
    assert axis.gaps == [(7.0, 607.0)]
    assert axis.x(607.0) - axis.x(7.0) == pytest.approx(BROKEN_GAP * (axis.x(2.0) - axis.x(1.0)), abs=0.2)


def test_no_moment_is_outside() -> None:
    """The last moment is at the right edge, whatever was broken before it."""
    axis = Axis([0.3, 20.3, 25.0, 30.0, 900.0], left=50, width=300)
    assert (axis.x(0.0), axis.x(900.0)) == (50.0, 350.0)


def test_labels_stand_apart() -> None:
    """No two labels overlap, and none stands on a broken gap."""
    axis = Axis([1.0, 2.0, 3.0, 602.0, 604.0], left=0, width=300)
    places = [axis.x(second) for second in axis.ticks(40)]
    apart = [later - earlier for earlier, later in itertools.pairwise(places)]
    assert len(places) > 2
    assert all(gap >= 40 for gap in apart)
    assert all(abs(place - axis.middle(gap)) >= 40 for place in places for gap in axis.gaps)


def test_nothing_happened() -> None:
    """An axis without moments still has its beginning."""
    assert Axis([], left=10, width=100).x(0.0) == 10.0


def test_the_length_of_a_gap_costs_nothing() -> None:
    """A batch may be asked for after a month, or after an age: seconds that nobody sees are not counted through."""
    axis = Axis([1.0, 2.0, 1e12, 1e12 + 1], left=0, width=300)
    assert [second for second in axis.ticks(10) if second > 2] == [1e12 + 1, 1e12 + 2, 1e12 + 3, 1e12 + 4]
