"""Rate limits: three token buckets of a minute, their headers, and who is refused
(https://platform.claude.com/docs/en/api/rate-limits).

A bucket refills continuously, in API time, so that one that is hardly touched is full again at once: recorded resets
are nearly always now. Tokens are told in whole thousands. Only answers to messages and 429s say anything of all this.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, NamedTuple, get_args

from helpers.replay.moments import rfc3339

Kind = Literal["requests", "input-tokens", "output-tokens"]

MINUTE: Final = 60.0
ROUNDING: Final = 1e-6
"""Of a request or a token: who comes in the very moment in which it is there is not too early."""
WORDS: Final[Mapping[Kind, str]] = {
    "requests": "requests",
    "input-tokens": "input tokens",
    "output-tokens": "output tokens",
}
NAMES: Final = tuple(
    f"anthropic-ratelimit-{kind}-{name}"
    for kind in ("requests", "tokens", "input-tokens", "output-tokens")
    for name in ("limit", "remaining", "reset")
)
"""Made once: they were half of what the headers cost."""


@dataclass(frozen=True)
class Quota:
    """How much an organization may use of one model in a minute of API time."""

    requests: int = 1_000
    input_tokens: int = 400_000
    output_tokens: int = 80_000
    retry_after: bool = True
    """Whether a refusal says after how many seconds to come back."""

    def of(self, kind: Kind) -> int:
        """The limit of this kind."""
        return {"requests": self.requests, "input-tokens": self.input_tokens, "output-tokens": self.output_tokens}[kind]


DEFAULT: Final = Quota()


@dataclass(frozen=True)
class Exceeded:
    """A limit that a request would have exceeded, and the seconds of API time after which it would not."""

    kind: Kind
    limit: int
    seconds: float

    def message(self, organization: str, model: str) -> str:
        """What the API was recorded to say of it."""
        return (
            f"This request would exceed your organization's rate limit of {self.limit:,} {WORDS[self.kind]} per minute "
            f"(org: {organization}, model: {model}). For details, refer to: "
            "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. Please "
            "reduce the prompt length or the maximum tokens requested, or try again later. You may also contact sales "
            "at https://claude.com/contact-sales to discuss your options for a rate limit increase."
        )

    @property
    def retry_after(self) -> str:
        """The seconds in whole numbers, as `retry-after` says them: never too few, never 0."""
        return str(max(1, math.ceil(self.seconds)))


class Bucket:
    """What is left of one limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._level = float(limit)
        self._moment = 0.0

    def level(self, moment: float) -> float:
        """What is left at `moment`, a fraction perhaps, or less than nothing."""
        if moment <= self._moment:
            return self._level
        return min(self._level + (moment - self._moment) * self.limit / MINUTE, float(self.limit))

    def spend(self, moment: float, amount: float) -> None:
        """Take `amount` out; more than there is leaves a debt."""
        self._level = self.level(moment) - amount
        self._moment = max(self._moment, moment)

    def seconds_until(self, moment: float, amount: float) -> float:
        """Seconds from `moment` until `amount` is there: 0 when it is, and no longer than until the bucket is full."""
        missing = min(amount, self.limit) - self.level(moment)
        return max(missing, 0.0) * MINUTE / self.limit if self.limit else MINUTE


class Told(NamedTuple):
    """What the headers of one bucket are made of."""

    limit: int
    left: float
    reset: str


class RateLimits:
    """The three buckets of one replay. Without a `quota` they inform and refuse nobody."""

    def __init__(self, quota: Quota | None = None) -> None:
        self.quota = quota or DEFAULT
        self._refuses = quota is not None
        self._buckets: dict[Kind, Bucket] = {kind: Bucket(self.quota.of(kind)) for kind in get_args(Kind)}

    def spend(self, moment: float, tokens: int) -> Exceeded | None:
        """Take one request of so many input tokens out; what it would exceed instead, where there is a quota."""
        needed: dict[Kind, float] = {"requests": 1, "input-tokens": tokens, "output-tokens": 1}
        if self._refuses:
            for kind, amount in needed.items():
                bucket = self._buckets[kind]
                if bucket.level(moment) + ROUNDING < min(amount, max(bucket.limit, 1)):
                    return Exceeded(kind, bucket.limit, bucket.seconds_until(moment, amount))
        self._buckets["requests"].spend(moment, 1)
        self._buckets["input-tokens"].spend(moment, tokens)
        return None

    def produce(self, moment: float, tokens: int) -> None:
        """Take out so many output tokens: what was written counts, not `max_tokens`."""
        self._buckets["output-tokens"].spend(moment, tokens)

    def scripted(self) -> Exceeded:
        """What a 429 of a script is about: the input tokens, as in the recorded one."""
        return Exceeded("input-tokens", self._buckets["input-tokens"].limit, MINUTE)

    def headers(self, moment: float, exceeded: Exceeded | None = None) -> dict[str, str]:
        """The headers as things stand; of what is `exceeded`, and of that alone, nothing is left."""
        requests, read, written = (self._told(kind, moment, exceeded) for kind in WORDS)
        told = (
            (requests.limit, max(int(requests.left), 0), requests.reset),
            (
                read.limit + written.limit,
                _thousands(read.left) + _thousands(written.left),
                max(read.reset, written.reset),
            ),
            (read.limit, _thousands(read.left), read.reset),
            (written.limit, _thousands(written.left), written.reset),
        )
        return dict(zip(NAMES, map(str, chain.from_iterable(told)), strict=True))

    def _told(self, kind: Kind, moment: float, exceeded: Exceeded | None) -> Told:
        bucket = self._buckets[kind]
        left = bucket.level(moment)
        seconds = bucket.seconds_until(moment, bucket.limit)
        if exceeded is not None and exceeded.kind == kind:
            left, seconds = 0.0, max(seconds, exceeded.seconds)
        return Told(bucket.limit, left, rfc3339(moment + seconds))


def _thousands(tokens: float) -> int:
    return max(round(tokens / 1000) * 1000, 0)
