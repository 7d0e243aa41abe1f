"""Log lines that a bill can be made of: with the API's `usage` in them, as it came.

A line is what was known when it was written, so that one request may have several: a stream tells its usage at its
beginning and again at its end, and an attempt has a line of its own (`attempt_logger`).
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from helpers.lessons.logging.logs import DAY, INTERRUPTED, NO_RESPONSE, Line, rfc3339
from helpers.replay.chance import Seed, source_of
from helpers.replay.identifiers import Identifiers
from helpers.settings import MODEL

SMALL: Final = "claude-haiku-4-5-20251001"
MODELS: Final = (MODEL, SMALL)
"""As answers name them: the second is asked for by a shorter name."""

Usage = dict[str, Any]


def usage(
    source: random.Random,
    *,
    read: int = 0,
    for_minutes: int = 0,
    for_an_hour: int = 0,
    thinking: int = 0,
    tier: str = "standard",
) -> Usage:
    """A usage with the API's fields. Its input and output are drawn; of a cache it has what is said."""
    return {
        "input_tokens": source.randrange(200, 4_000),
        "cache_creation_input_tokens": for_minutes + for_an_hour,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": for_minutes, "ephemeral_1h_input_tokens": for_an_hour},
        "output_tokens": thinking + source.randrange(40, 900),
        "output_tokens_details": {"thinking_tokens": thinking},
        "service_tier": tier,
    }


class Bookkeeper:
    """Writes the lines of one service, each a second after the one before."""

    def __init__(self, seed: Seed, models: Sequence[str] = MODELS) -> None:
        self.source = source_of(seed, "bills")
        self._identifiers, self._models = Identifiers(seed), models
        self._written = 0

    def draw(self, kind: str = "req") -> str:
        """An identifier, of a request where nothing else is said."""
        return self._identifiers.draw(kind)

    def line(self, request_id: str | None, told: Usage | None, model: str = "", **fields: Any) -> Line:
        """One line. The model is drawn where none is said."""
        known = {"timestamp": self._now(), "request_id": request_id, "model": model or self.source.choice(self._models)}
        return {**known, **fields, "usage": told}

    def _now(self) -> str:
        self._written += 1
        return rfc3339(DAY + timedelta(hours=8, seconds=self._written))

    def answer(self, told: Usage | None = None, *, named: bool = True) -> list[Line]:
        """A standard call, answered. `named` is whether whoever logged it kept the request id."""
        return [self.line(self.draw() if named else None, told or usage(self.source), stop_reason="end_turn")]

    def stream(self, told: Usage | None = None, *, left: bool = False) -> list[Line]:
        """A stream: what it tells first, then what it has come to, twice. Of one that was `left`, the first is all."""
        told = told or usage(self.source)
        request_id, model = self.draw(), self.source.choice(self._models)
        begun = {**told, "output_tokens": 1, "output_tokens_details": {"thinking_tokens": 0}}
        if left:
            fields = {"stop_reason": None, "error_type": INTERRUPTED}
            return [self.line(request_id, begun, model), self.line(request_id, None, model, **fields)]
        half = {**begun, "output_tokens": told["output_tokens"] // 2}
        return [
            *(self.line(request_id, one, model) for one in (begun, half)),
            self.line(request_id, told, model, stop_reason="end_turn"),
        ]

    def retried(self) -> list[Line]:
        """A call that was refused twice and then answered: a line for each attempt, and one for the call."""
        ids = [self.draw() for _ in range(3)]
        attempts: list[Line] = [
            {"timestamp": self._now(), "request_id": one, "attempt": number, "status": 529 if number < 3 else 200}
            for number, one in enumerate(ids, start=1)
        ]
        return [*attempts, self.line(ids[-1], usage(self.source), stop_reason="end_turn")]

    def lost(self) -> list[Line]:
        """A call whose connection was lost, and one that was refused: nobody was told what they used."""
        return [
            self.line(None, None, stop_reason=None, error_type=NO_RESPONSE),
            self.line(self.draw(), None, stop_reason=None, error_type="invalid_request_error"),
        ]

    def batch(self, *told: Usage) -> list[Line]:
        """The results of a batch, and one that expired. None of them is of a request that somebody sent."""
        batch_id, model = self.draw("msgbatch"), self.source.choice(self._models)
        results = [
            self.line(None, one, model, stop_reason="end_turn", batch_id=batch_id, custom_id=f"doc_{number}")
            for number, one in enumerate(told, start=1)
        ]
        expired = {"batch_id": batch_id, "custom_id": f"doc_{len(told) + 1}", "error_type": "expired"}
        return [*results, self.line(None, None, model, **expired)]


def morning_of_bills(seed: Seed, models: Sequence[str] = MODELS) -> list[Line]:
    """The lines of a morning with some of everything. The same for the same seed."""
    keeper = Bookkeeper(seed, models)
    source = keeper.source
    lines = [
        *(line for _ in range(6) for line in keeper.answer()),
        *(line for _ in range(4) for line in keeper.stream(usage(source, read=source.randrange(9_000, 20_000)))),
        *keeper.stream(usage(source, for_minutes=source.randrange(4_000, 9_000), thinking=source.randrange(200, 600))),
        *keeper.answer(usage(source, for_an_hour=source.randrange(4_000, 9_000))),
        *(line for _ in range(3) for line in keeper.stream(usage(source, read=30_000), left=True)),
        *keeper.retried(),
        *keeper.lost(),
        *keeper.answer(named=False),
        *keeper.batch(*(usage(source, read=2_000, tier="batch") for _ in range(4))),
    ]
    # A shipper that must not lose a line sends some again, later.
    return [*lines, lines[6], lines[1]]
