"""The one file of models: dated, sourced, and all that the SDK knows are in it."""

import re
from datetime import date
from typing import Final, get_args

import pytest
from anthropic.types import Model

from helpers.errors import CourseError
from helpers.facts.models import MODELS, MODELS_AS_OF, MODELS_SOURCES, ModelFacts, answered_as, model_facts
from helpers.facts.prices import PRICES, price_of
from helpers.settings import DEFAULT_MODEL

SDK: Final[tuple[str, ...]] = get_args(get_args(Model)[0])
DATED: Final = {
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
}


def test_dated_and_sourced() -> None:
    """A day that exists, and the pages that the file is from."""
    assert date.fromisoformat(MODELS_AS_OF) >= date(2026, 11, 27)
    assert MODELS_SOURCES
    assert all(source.startswith("https://") for source in MODELS_SOURCES)


@pytest.mark.parametrize("name", SDK)
def test_every_model_of_the_sdk(name: str) -> None:
    """Each name that the SDK lists is found, and is what its answer or its alias is called."""
    facts = model_facts(name)
    assert facts is not None
    assert name in (facts.name, facts.snapshot)


def test_none_that_the_sdk_has_not() -> None:
    """No name is misspelt, and no dated one is an entry of its own."""
    names = {name for facts in MODELS.values() for name in (facts.name, facts.snapshot) if name}
    assert names == set(SDK)
    assert {name: facts.snapshot for name, facts in MODELS.items() if facts.snapshot} == DATED


@pytest.mark.parametrize("facts", MODELS.values(), ids=lambda facts: facts.name)
def test_no_limit_without_a_source(facts: ModelFacts) -> None:
    """Whoever adds a number says where it is from; an answer is shorter than the window."""
    if facts.max_input_tokens is not None or facts.max_tokens is not None:
        assert facts.source is not None
        assert facts.source.startswith("https://")
    if facts.max_input_tokens is not None and facts.max_tokens is not None:
        assert 0 < facts.max_tokens < facts.max_input_tokens


def test_newest_first() -> None:
    """In the order of the Models API, by days that exist."""
    days = [date.fromisoformat(facts.created) for facts in MODELS.values() if facts.created]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(("alias", "snapshot"), DATED.items())
def test_alias_and_snapshot(alias: str, snapshot: str) -> None:
    """Both names are of one model, both are answered with the dated one, and both have its price."""
    assert model_facts(alias) is model_facts(snapshot) is MODELS[alias]
    assert answered_as(alias) == answered_as(snapshot) == snapshot
    assert price_of(alias) is price_of(snapshot) is PRICES[alias]


@pytest.mark.parametrize("name", [DEFAULT_MODEL, "claude-nothing", ""])
def test_answered_under_the_same_name(name: str) -> None:
    """A name that is no alias comes back as it is: from 4.6 on, and when it is unknown."""
    assert answered_as(name) == name


@pytest.mark.parametrize("name", ["claude-nothing", "", "claude-haiku-4-5-20990101", "CLAUDE-HAIKU-4-5"])
def test_unknown(name: str) -> None:
    """Nothing is guessed from what a name looks like."""
    assert model_facts(name) is None
    with pytest.raises(CourseError, match=re.escape(f"There is no price of {name!r}")):
        price_of(name)


def test_the_courses_model() -> None:
    """Its limits are known: a window of a million tokens, and 128,000 for an answer."""
    facts = MODELS[DEFAULT_MODEL]
    assert (facts.max_input_tokens, facts.max_tokens, facts.snapshot) == (1_000_000, 128_000, None)
