"""What the environment says."""

import re

import pytest

from helpers.errors import CourseError
from helpers.settings import DEFAULT_MODEL, Settings, read_settings


def test_defaults() -> None:
    """An empty environment is the replay, with the course's model."""
    assert read_settings({}) == Settings("replay", DEFAULT_MODEL, None, None, None)


def test_everything() -> None:
    """Every variable is read, whatever blanks surround it."""
    environment = {
        "COURSE_MODE": " Live ",
        "COURSE_MODEL": " claude-haiku-4-5 ",
        "COURSE_SPEED": " 0.5 ",
        "COURSE_BUDGET": " $2.50 ",
        "ANTHROPIC_API_KEY": " sk-1 ",
        "ANTHROPIC_BASE_URL": " http://127.0.0.1:1 ",
    }
    assert read_settings(environment) == Settings("live", "claude-haiku-4-5", 0.5, "sk-1", "http://127.0.0.1:1", 2.5)


def test_blank_is_unset() -> None:
    """A variable set to nothing is not set."""
    names = ("COURSE_MODE", "COURSE_MODEL", "COURSE_SPEED", "COURSE_BUDGET", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
    assert read_settings(dict.fromkeys(names, " ")) == read_settings({})


def test_unknown_mode() -> None:
    """A mode that does not exist is refused, with the two that do."""
    with pytest.raises(CourseError, match="COURSE_MODE is 'prod', but it can only be 'replay' or 'live'"):
        read_settings({"COURSE_MODE": "prod"})


@pytest.mark.parametrize("speed", ["fast", "-1", "inf", "nan"])
def test_bad_speed(speed: str) -> None:
    """A speed that is no number of seconds is refused, with one that is."""
    with pytest.raises(CourseError, match=f"COURSE_SPEED is '{speed}'.*try COURSE_SPEED=0"):
        read_settings({"COURSE_SPEED": speed})


@pytest.mark.parametrize("budget", ["lots", "-1", "inf", "nan", "1001", "$", "1,50", "1e9"])
def test_bad_budget(budget: str) -> None:
    """A budget that is no number of dollars is refused, with one that is."""
    with pytest.raises(CourseError, match=re.escape(f"COURSE_BUDGET is {budget!r}") + ".*try COURSE_BUDGET=1"):
        read_settings({"COURSE_BUDGET": budget})


def test_the_key_is_not_shown() -> None:
    """A settings object in a cell's output or a log does not give the key away."""
    settings = read_settings({"ANTHROPIC_API_KEY": "sk-secret"})
    assert settings.api_key == "sk-secret"
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in str(settings)
