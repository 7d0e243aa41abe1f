"""Telling API time over a socket, for a client whose clock is not the engine's: a header, and a comment in streams.

The grader's server tells the time to the process that it judges. A request may say how late it is there; a response
says when it began; in a stream a comment stands before each event: every reader of server-sent events passes over it.

A client that asks for it is told as well that its read timeout is over. Neither side waits for what passes in API time
alone, and a busy machine is never taken for a silent one.
"""

from typing import Final

TIME_HEADER: Final = "replay-time"
MOMENT_HEADER: Final = "replay-moment"
"""When a request leaves, for a caller that lives in API time: it begins then, however far other exchanges have come."""
MOMENT: Final = "replay_moment"
"""The same among the extensions of a request; among those of its response, what says how far that has come."""
SILENCE_HEADER: Final = "replay-silence"
"""In a request: its sender is to be told when nothing more comes within its read timeout. In a response: so it is."""
_MARK: Final = f": {TIME_HEADER} ".encode()
BLOCK_END: Final = b"\n\n"
SILENCE: Final = f": {SILENCE_HEADER}".encode()
"""The same in a body that has begun: its last block, behind whatever came of the one that was cut off."""


def marked(moment: float, event: bytes) -> bytes:
    """`event` with the moment at which it is sent."""
    return b"%b%.6f\n%b" % (_MARK, moment, event)


def unmarked(block: bytes) -> tuple[float | None, bytes]:
    """When `block` was sent, if it says so, and the block without that."""
    if not block.startswith(_MARK):
        return None, block
    moment, _, event = block.removeprefix(_MARK).partition(b"\n")
    return float(moment), event
