"""How people go wrong in TypeScript, whichever function they write."""

from typing import Final

from helpers.judging.check import Misconception, Run
from helpers.judging.exact import number
from helpers.judging.reading import ended_well, error_of, has_raised, noted

PROMISES: Final = "What waits, and what does not"
"""A section of the lesson, as those below."""
ENDS: Final = "Break it in every ending"
KNOW: Final = "Name what you know"
IDS: Final = "The request id"


def _late(run: Run) -> float:
    """How many pieces were written after the function had returned."""
    return number(noted(run, "late")) or 0


UNHANDLED: Final = Misconception(
    id="unhandled_rejection",
    applies=lambda run: has_raised(run, "UnhandledRejection", "UncaughtException"),
    cause=lambda run: (
        f"`{error_of(run).type}` came from a stream that nobody waits for and that has no `error` handler. Node calls "
        "that an unhandled rejection and ends the process, with everybody else's requests in it."
    ),
    next_step="Await `stream.finalMessage()`: what goes wrong is then thrown where you wait.",
    reread=PROMISES,
)
NOT_AWAITED: Final = Misconception(
    id="not_awaited",
    applies=lambda run: ended_well(run) and _late(run) > 0,
    cause=lambda run: (
        f"your function had returned, and then wrote {_late(run):g} pieces. What `stream()` and `on()` return is no "
        "promise, so `await` comes back at once; nor does anybody wait for a promise without `await`."
    ),
    next_step="Await what really is a promise: `stream.finalMessage()`.",
    reread=PROMISES,
)
NEVER_SETTLES: Final = Misconception(
    id="never_settles",
    applies=lambda run: has_raised(run, "NeverSettles"),
    cause="your function waits for what nothing can bring about any more. A stream that has come to its end is not "
    "read again: a loop over it after `finalMessage()` gets no event, and no end either.",
    next_step="Read the stream once: attach `on(…)` or loop first, and await `finalMessage()` last.",
    reread=PROMISES,
)
LEFT: Final = Misconception(
    id="left_the_process",
    applies=lambda run: has_raised(run, "ProcessEnded"),
    cause="your function ended the Node process that it ran in. In a service that ends everybody else's requests too.",
    next_step="Throw an error that says what went wrong, and let the caller decide.",
    reread=PROMISES,
)
ANYWHERE: Final = (UNHANDLED, NOT_AWAITED, NEVER_SETTLES, LEFT)
"""In this order: a stream that fails unheard has been left alone as well."""
