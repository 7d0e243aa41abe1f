"""What the API promises, as data, each in one place: error map, limits, models, prices, and which pattern is for whom.

    from helpers.facts import ERROR_MAP, LIMITS, Pattern, Task, choose_pattern, model_facts, price_of

cheatsheet.py has the rows of the cheat sheet, for whoever proves that the course covers them. keys.py says how
keys of the API look.
"""

from typing import TYPE_CHECKING

from helpers.firstuse import on_first_use

if TYPE_CHECKING:
    from helpers.facts.errors import ERROR_MAP, ErrorRow, describe_error, is_retryable
    from helpers.facts.limits import LIMITS, MAX_BATCH_REQUESTS, MEGABYTE, Endpoint, fits, request_size
    from helpers.facts.models import MODELS, MODELS_AS_OF, MODELS_SOURCES, ModelFacts, answered_as, model_facts
    from helpers.facts.patterns import Call, Pattern, Task, choose_pattern
    from helpers.facts.prices import AS_OF, BATCH_SHARE, RATES, SOURCE, Price, Rates, price_of
else:
    __getattr__, __dir__ = on_first_use(
        __name__,
        {
            "helpers.facts.errors": ("ERROR_MAP", "ErrorRow", "describe_error", "is_retryable"),
            "helpers.facts.limits": ("LIMITS", "MAX_BATCH_REQUESTS", "MEGABYTE", "Endpoint", "fits", "request_size"),
            "helpers.facts.models": (
                "MODELS",
                "MODELS_AS_OF",
                "MODELS_SOURCES",
                "ModelFacts",
                "answered_as",
                "model_facts",
            ),
            "helpers.facts.patterns": ("Call", "Pattern", "Task", "choose_pattern"),
            "helpers.facts.prices": ("AS_OF", "BATCH_SHARE", "RATES", "SOURCE", "Price", "Rates", "price_of"),
        },
    )

__all__ = [
    "AS_OF",
    "BATCH_SHARE",
    "ERROR_MAP",
    "LIMITS",
    "MAX_BATCH_REQUESTS",
    "MEGABYTE",
    "MODELS",
    "MODELS_AS_OF",
    "MODELS_SOURCES",
    "RATES",
    "SOURCE",
    "Call",
    "Endpoint",
    "ErrorRow",
    "ModelFacts",
    "Pattern",
    "Price",
    "Rates",
    "Task",
    "answered_as",
    "choose_pattern",
    "describe_error",
    "fits",
    "is_retryable",
    "model_facts",
    "price_of",
    "request_size",
]
