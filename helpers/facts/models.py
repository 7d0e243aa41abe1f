"""What a model takes and gives, and its dated name. The facts are in one dated file, `helpers/facts/data/models.json`.

Limits are in tokens and named as the Models API names them (https://platform.claude.com/docs/en/api/models/list). One
of which nothing is documented is None: nothing may enforce it then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

_DATA: Final[Mapping[str, Any]] = json.loads(
    (resources.files("helpers.facts") / "data" / "models.json").read_text(encoding="utf-8")
)

MODELS_AS_OF: Final[str] = _DATA["as_of"]
"""The day on which the models were looked up."""
MODELS_SOURCES: Final[tuple[str, ...]] = tuple(_DATA["sources"])
"""The pages and recordings that the file as a whole is from. Each model has a page of its own besides."""


@dataclass(frozen=True)
class ModelFacts:
    """One model, under the name that its documentation calls it by: undated, an alias if there is a dated one."""

    name: str
    display_name: str
    max_input_tokens: int | None
    """The context window: the tokens of the longest prompt that is not refused as too long."""
    max_tokens: int | None
    """The greatest `max_tokens` that a request may have, outside of batches."""
    snapshot: str | None
    """The dated name. None from the 4.6 generation on: there the undated one is the snapshot
    (https://platform.claude.com/docs/en/about-claude/models/model-ids-and-versions)."""
    created: str | None
    """The day of its release (`YYYY-MM-DD`)."""
    source: str | None
    """Where its limits are documented."""


MODELS: Final[Mapping[str, ModelFacts]] = {name: ModelFacts(name, **facts) for name, facts in _DATA["models"].items()}
"""By undated name, the newest first."""
_BY_SNAPSHOT: Final[Mapping[str, ModelFacts]] = {facts.snapshot: facts for facts in MODELS.values() if facts.snapshot}


def model_facts(name: str) -> ModelFacts | None:
    """What is known of the model with this name, dated or not. None for one that the file does not have."""
    return MODELS.get(name) or _BY_SNAPSHOT.get(name)


def answered_as(name: str) -> str:
    """The model that an answer names when a request names `name`: the dated name of an alias, otherwise the same."""
    facts = model_facts(name)
    return facts.snapshot if facts and facts.snapshot else name
