"""What the environment says. Nothing else in the course reads it, but to hand its PATH on.

| variable | meaning | default |
|---|---|---|
| `COURSE_MODE` | `replay` (no key, no network) or `live` | `replay` |
| `COURSE_MODEL` | the model that every lesson calls | the course's model |
| `COURSE_SPEED` | real seconds per second of API time in the replay; overrides every speed given in code | unset |
| `COURSE_BUDGET` | live mode only: US dollars that a process may spend | 1 |
| `ANTHROPIC_API_KEY` | live mode only | unset |
| `ANTHROPIC_BASE_URL` | live mode only: another address of the API | unset |
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from helpers.errors import CourseError

Mode = Literal["replay", "live"]

DEFAULT_MODEL: Final = "claude-opus-4-8"
DEFAULT_BUDGET: Final = 1.0
MOST_BUDGET: Final = 1000.0
"""Nobody spends that much on a course on purpose."""
SLOWEST: Final = 1000.0
"""A thousand times slower than the API: beyond that somebody meant something else."""


@dataclass(frozen=True)
class Settings:
    """The settings of one moment. The key is kept out of `repr`, so that it reaches no log and no notebook."""

    mode: Mode = "replay"
    model: str = DEFAULT_MODEL
    speed: float | None = None
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    budget: float = DEFAULT_BUDGET
    """In US dollars."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environment`. Raises `CourseError` for a value that cannot be meant."""
    mode = environment.get("COURSE_MODE", "").strip().lower() or "replay"
    if mode not in get_args(Mode):
        raise CourseError(f"COURSE_MODE is {mode!r}, but it can only be 'replay' or 'live': set it to one of them.")
    return Settings(
        mode=cast("Mode", mode),
        model=environment.get("COURSE_MODEL", "").strip() or DEFAULT_MODEL,
        speed=_optional_speed(environment.get("COURSE_SPEED", "").strip()),
        api_key=environment.get("ANTHROPIC_API_KEY", "").strip() or None,
        base_url=environment.get("ANTHROPIC_BASE_URL", "").strip() or None,
        budget=_budget(environment.get("COURSE_BUDGET", "").strip()),
    )


def inherited(names: Iterable[str]) -> dict[str, str]:
    """The variables that a child process may have, as they are here. An allow-list: a key has many names."""
    return {name: os.environ[name] for name in names if name in os.environ}


def without_keys() -> dict[str, str]:
    """The environment that a child process may have which needs one like this, proxies and all: without what is the
    API's, every key of it above all.
    """
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("ANTHROPIC_")}


def _optional_speed(text: str) -> float | None:
    return read_speed("COURSE_SPEED", text) if text else None


def _budget(text: str) -> float:
    if not text:
        return DEFAULT_BUDGET
    try:
        budget = float(text.removeprefix("$"))
    except ValueError:
        budget = -1.0
    if not 0 <= budget <= MOST_BUDGET:
        raise CourseError(
            f"COURSE_BUDGET is {text!r}, but it must be US dollars from 0 to {MOST_BUDGET:g}: try COURSE_BUDGET=1."
        )
    return budget


def read_speed(name: str, text: str) -> float:
    """The speed that `text` says, in real seconds per second of API time.

    Raises `CourseError` with the `name` of where it stands, for what is no such number.
    """
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= SLOWEST:
        raise CourseError(f"{name} is {text!r}, but it must be a number from 0 to {SLOWEST:g}: try {name}=0.")
    return speed


MODEL: Final = read_settings({"COURSE_MODEL": os.environ.get("COURSE_MODEL", "")}).model
"""The model that every lesson calls. One constant: no lesson names a model."""
