"""The rate limit headers that every answer carries (https://platform.claude.com/docs/en/api/rate-limits)."""

from typing import Final

from helpers.replay.batches import timestamp

REQUESTS_PER_MINUTE: Final = 1_000
TOKENS_PER_MINUTE: Final = 400_000
MINUTE: Final = 60.0


class RateLimits:
    """What is left of this minute of API time. They inform and never refuse: a 429 is scripted, as every fault is."""

    def __init__(self) -> None:
        self._minute = -1
        self._reset = ""
        self._requests = 0
        self._tokens = 0

    def spend(self, moment: float, tokens: int) -> None:
        """Count one request of about `tokens` input tokens."""
        minute = int(moment // MINUTE)
        if minute != self._minute:
            self._minute, self._requests, self._tokens = minute, 0, 0
            self._reset = timestamp(MINUTE * (minute + 1))
        self._requests += 1
        self._tokens += tokens

    def headers(self, *, exceeded: bool = False) -> dict[str, str]:
        """The headers as things stand; no request is left when the limit is `exceeded`."""
        requests = "0" if exceeded else str(max(REQUESTS_PER_MINUTE - self._requests, 0))
        tokens = str(max(TOKENS_PER_MINUTE - self._tokens, 0))
        all_tokens = str(TOKENS_PER_MINUTE)
        return {
            "anthropic-ratelimit-requests-limit": str(REQUESTS_PER_MINUTE),
            "anthropic-ratelimit-requests-remaining": requests,
            "anthropic-ratelimit-requests-reset": self._reset,
            "anthropic-ratelimit-tokens-limit": all_tokens,
            "anthropic-ratelimit-tokens-remaining": tokens,
            "anthropic-ratelimit-tokens-reset": self._reset,
            "anthropic-ratelimit-input-tokens-limit": all_tokens,
            "anthropic-ratelimit-input-tokens-remaining": tokens,
            "anthropic-ratelimit-input-tokens-reset": self._reset,
            "anthropic-ratelimit-output-tokens-limit": all_tokens,
            "anthropic-ratelimit-output-tokens-remaining": all_tokens,
            "anthropic-ratelimit-output-tokens-reset": self._reset,
        }
