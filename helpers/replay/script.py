"""A reply as a script: for a client that lives in API time and plays it there, and says afterwards how far it came.

The grader's server hands a reply over instead of sending it. Each later request tells what has been played so far, and
a last one tells the rest: so the wire log is as it would be had the server sent it all and seen who left when.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, get_args

from helpers.replay.clock import Clock
from helpers.replay.reply import Chunk, Reply
from helpers.replay.wire import Ended, Exchange

SCRIPT_HEADER: Final = "replay-script"
"""Of a request whose reply is to be handed over."""
PLAYED_HEADER: Final = "replay-played"
"""What has been played so far: `number:headers:chunks:ending:moment`, with commas between replies."""
PLAYED_PATH: Final = "/_played"
"""Where the last of it is told."""
ENDINGS: Final = frozenset(ending for group in get_args(Ended) for ending in get_args(group))


def to_script(reply: Reply) -> bytes:
    """`reply`, all of it."""
    chunks = [[b64encode(data).decode(), delay, event] for data, delay, event in reply.chunks]
    said = {
        "status": reply.status,
        "headers": dict(reply.headers),
        "chunks": chunks,
        "latency": reply.latency,
        "ending": reply.ending,
        "in_one_piece": reply.only_chunk is not None,
        "number": reply.exchange.number,
        "started": reply.exchange.started,
    }
    return json.dumps(said).encode()


def from_script(data: bytes) -> Reply:
    """The reply that `to_script` wrote, to be played. Its exchange knows no more than what playing it needs."""
    said: Mapping[str, Any] = json.loads(data)
    exchange = Exchange(said["number"], "", "", {}, b"", 0, 0, said["started"], said["status"])
    chunks = [Chunk(b64decode(text), delay, event) for text, delay, event in said["chunks"]]
    sent = tuple(chunks) if said["in_one_piece"] else chunks
    return Reply(said["status"], said["headers"], sent, exchange, Clock(), said["latency"], said["ending"])


@dataclass
class Played:
    """The replies that a client has been handed, and how far it has come with each."""

    replies: list[Reply] = field(default_factory=list)

    def told(self) -> str:
        """What its next request tells, of those that have begun."""
        return ",".join(_told(reply) for reply in self.replies)


def _told(reply: Reply) -> str:
    exchange = reply.exchange
    began = int(exchange.first_byte is not None)
    return f"{exchange.number}:{began}:{reply.played}:{exchange.ending or ''}:{reply.moment!r}"


class HandedOver:
    """The replies that a server has handed over, by the number of their exchange."""

    def __init__(self) -> None:
        self._replies: dict[int, Reply] = {}

    def add(self, reply: Reply) -> None:
        """Remember a reply whose rest its client is going to tell."""
        self._replies[reply.exchange.number] = reply

    def hear(self, told: str) -> None:
        """Bring the wire log up to what a client has told. Raises `ValueError` where that is nothing of the kind."""
        for line in filter(None, told.split(",")):
            number, began, played, ending, moment = line.split(":")
            reply = self._replies.get(int(number))
            if reply is None or ending not in ENDINGS | {""} or not isfinite(float(moment)):
                raise ValueError(f"{line!r} was not handed over")
            if began == "1" and reply.exchange.first_byte is None:
                reply.respond()
            _catch_up(reply, int(played), ending, float(moment))


def _catch_up(reply: Reply, played: int, ending: str, moment: float) -> None:
    """Note that `reply` has been sent so far, and how it ended, if it has."""
    for chunk in tuple(reply.chunks)[reply.played : played]:
        reply.sent(chunk)
    if ending and reply.exchange.ending is None:
        if ending == "timeout" and reply.exchange.first_byte is None:
            reply.exchange.status = None
        reply.pass_time(max(moment - reply.moment, 0.0))
        reply.finish(ending)  # type: ignore[arg-type] # one of them, as `hear` has seen
