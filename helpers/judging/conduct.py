"""What no function may do, whichever exercise it is of: misconceptions that come before the exercise's own.

An exercise may have one of the same id, which then takes its place.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from helpers.client import REPLAY_URL
from helpers.judging.check import Check, Misconception, Run

MOST_LINES: Final = 1_000
MOST_CHARACTERS: Final = 200_000
ANYWHERE: Final = ""
"""There is no section to read again: no lesson teaches these."""


def conduct_of(check: Check) -> Sequence[Misconception]:
    """Those that apply to the exercise of `check`."""
    own = {misconception.id for misconception in check.misconceptions}
    return [misconception for misconception in CONDUCT if misconception.id not in own]


def misbehaved(check: Check, run: Run) -> bool:
    """Whether one of them applies, or a decisive one of its own, so that there is no use in another case."""
    decisive = (one for one in check.misconceptions if one.decisive)
    return any(misconception.applies(run) for misconception in (*conduct_of(check), *decisive))


def _never_ended(run: Run) -> str:
    conduct = run.observation.conduct
    where = f", in your {conduct.place}" if conduct.place else ""
    return f"your function was still running after {conduct.overran:g} seconds{where}. It was stopped."


def _left(run: Run) -> bool:
    return run.observation.raised is not None and "SystemExit" in run.observation.raised.families


def _own_client(run: Run) -> bool:
    conduct = run.observation.conduct
    return conduct.own_way_out is not None or (conduct.made_client and not run.wire)


def _own_client_cause(run: Run) -> str:
    conduct = run.observation.conduct
    where = f" in your {conduct.place}" if conduct.place else ""
    if conduct.own_way_out is None:
        return "your function made a client of its own, and sent nothing over the one it was given."
    if conduct.own_way_out == urlsplit(REPLAY_URL).hostname:
        return f"your function was about to send its request over another client of `make_client()`{where}."
    return (
        f"your function was about to send a request to `{conduct.own_way_out}` over a client of its own{where}. "
        "It was stopped, and nothing left this process."
    )


def _prints_too_much(run: Run) -> bool:
    conduct = run.observation.conduct
    return conduct.printed_lines > MOST_LINES or conduct.printed_characters > MOST_CHARACTERS


def _printed(run: Run) -> str:
    conduct = run.observation.conduct
    if conduct.printed_lines > MOST_LINES:
        return f"your function printed {conduct.printed_lines:,} lines. Nobody reads them, and they hide what matters."
    return f"your function printed {conduct.printed_characters:,} characters. Nobody reads them."


CONDUCT: Final = (
    Misconception(
        id="never_ended",
        applies=lambda run: run.observation.conduct.overran is not None,
        cause=_never_ended,
        next_step="Give what it does there an end that it is sure to reach: a count, a deadline, or an error that "
        "goes up.",
        reread=ANYWHERE,
    ),
    Misconception(
        id="left_the_process",
        applies=_left,
        cause="`SystemExit` left your function: that is what `exit()`, `quit()` and `sys.exit()` raise. In a service "
        "it ends the worker, together with everybody else's requests.",
        next_step="Raise an exception that says what went wrong, and let the caller decide.",
        reread=ANYWHERE,
    ),
    Misconception(
        id="own_client",
        applies=_own_client,
        cause=_own_client_cause,
        next_step="Use the `client` among the parameters, and bind that name to nothing else: whoever calls you "
        "decides about key, address and retries.",
        reread=ANYWHERE,
    ),
    Misconception(
        id="closed_the_client",
        applies=lambda run: run.observation.conduct.closed_client,
        cause="your function closed the client that it was given, with `close()` or `with client:`. "
        "Its owner's next call fails: `Cannot send a request, as the client has been closed.`",
        next_step="Leave it open: whoever made a client closes it.",
        reread=ANYWHERE,
    ),
    Misconception(
        id="printed_too_much",
        applies=_prints_too_much,
        cause=_printed,
        next_step="Take the `print` out of the loop.",
        reread=ANYWHERE,
    ),
)
