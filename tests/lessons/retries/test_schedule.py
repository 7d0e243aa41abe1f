"""The pictures of retries show what the SDK does, and the same every time."""

import random

import pytest

from helpers import make_client
from helpers.lessons.retries.schedule import arrivals, bands, herd, schedule


def test_waits_are_the_sdks() -> None:
    """Each wait is twice the one before, 8 seconds at most, less a quarter at most."""
    longest = [0.5, 1, 2, 4, 8, 8]
    measured = bands(make_client().with_options(max_retries=6))
    assert [high for _, high in measured] == pytest.approx(longest, rel=0.01)
    assert [low for low, _ in measured] == pytest.approx([0.75 * high for high in longest], rel=0.01)


def test_others_keep_their_random_numbers() -> None:
    """Drawing the SDK's jitter leaves the generator that all modules share as it was."""
    random.seed(1)
    expected = random.random()
    random.seed(1)
    bands(make_client())
    assert random.random() == expected


def test_herd_spreads() -> None:
    """Without jitter every wave is one moment; with it no two callers return together, and the last wave is widest."""
    client = make_client().with_options(max_retries=4)
    together = arrivals(client, 50, jitter=False)
    apart = arrivals(client, 50, jitter=True)
    assert [len(set(wave)) for wave in together] == [1, 1, 1, 1]
    widths = [max(wave) - min(wave) for wave in apart]
    assert len(set(apart[0])) == 50
    assert widths == sorted(widths)


def test_text_twins() -> None:
    """What the pictures show is also their description and their text."""
    client = make_client()
    for card in (schedule(client), herd(client, callers=20)):
        title, *lines = repr(card).splitlines()
        assert 'role="img"' in card.html
        assert title in card.html
        assert all(line.strip() in card.html.replace("&#x27;", "'") for line in lines)


def test_same_every_time() -> None:
    """A stored notebook must not change."""
    client = make_client()
    assert (schedule(client).html, herd(client).html) == (schedule(client).html, herd(client).html)
