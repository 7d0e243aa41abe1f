"""The errors of the network, as `httpx2` raises them: which class, which words, and what they were raised from.

Measured over real sockets with `httpx2` 2.16 (the tests of both seams hold them to it): an asynchronous client is told
no words at all where it reads, so that `str(error)` is empty. The words of a timeout are those of a TLS connection.
"""

from typing import Final, Literal, NamedTuple

import httpx2

Failure = Literal["refused", "timeout", "cut", "reset"]


class _Raised(NamedTuple):
    error: type[httpx2.TransportError]
    words: str
    words_async: str


CLOSED: Final = "peer closed connection without sending complete message body (incomplete chunked read)"
RAISED: Final[dict[Failure, _Raised]] = {
    "refused": _Raised(httpx2.ConnectError, "[Errno 111] Connection refused", "All connection attempts failed"),
    "timeout": _Raised(httpx2.ReadTimeout, "The read operation timed out", ""),
    "cut": _Raised(httpx2.RemoteProtocolError, CLOSED, CLOSED),
    "reset": _Raised(httpx2.ReadError, "[Errno 104] Connection reset by peer", ""),
}


def network_error(failure: Failure, request: httpx2.Request, *, asynchronous: bool) -> httpx2.TransportError:
    """What a client is raised when the network fails so; its cause is the error of `httpcore2` of the same name."""
    # As httpx2 does: nobody needs it before something has failed.
    import httpcore2

    raised = RAISED[failure]
    words = raised.words_async if asynchronous else raised.words
    error = raised.error(words, request=request)
    error.__cause__ = getattr(httpcore2, raised.error.__name__)(words)
    return error
