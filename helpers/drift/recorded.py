"""The replay, held against what the API was recorded to send: the same few requests as the API is asked."""

from collections.abc import Iterator
from pathlib import Path

import httpx2

from helpers.drift.api import REQUESTS, asked
from helpers.recording.exchange import Kept, Piece
from helpers.recording.holding import held
from helpers.recording.record import read_facts

OF_THE_EDGE = {"cf-cache-status": "DYNAMIC", "x-robots-tag": "none"}
"""Headers of whoever stands before the API. The replay has none of them (`helpers/replay/deviations.md`)."""


def recorded_differences(replay: httpx2.Client, facts: Path) -> Iterator[str]:
    """A line for each thing that the replay does and the API was never recorded to, or the other way round.

    Raises `CourseError` where the file at `facts` has none.
    """
    known = read_facts(facts)
    for number, (what, body) in enumerate(REQUESTS.items()):
        answer = asked(replay, body)
        headers = {name.lower(): told for name, told in answer.headers.items()}
        pieces = [Piece(answer.content, 0.0)]
        kept = Kept(number, "POST", "/v1/messages", b"", answer.status_code, {**OF_THE_EDGE, **headers}, pieces)
        for line in held(kept, known):
            yield f"{what}: {line}"
