"""How the functions of lesson 08 are called."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from helpers.calling.stage import Stage

INTERRUPTIONS: Final[dict[str, type[BaseException]]] = {
    "KeyboardInterrupt": KeyboardInterrupt,
    "CancelledError": asyncio.CancelledError,
}
"""What ends a call from outside. No `Exception`, so that nobody takes it for a failure."""


def write_until_interrupted(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`; where a case says so, interrupt it while it writes the second piece.

    What is noted is whether the interruption went through.
    """
    inputs = dict(stage.inputs)
    interruption = INTERRUPTIONS.get(inputs.pop("interruption", ""))

    def write(text: str) -> None:
        """Show `text` to the user."""
        stage.write(text)
        if interruption is not None and len(stage.wrote) == 2:
            raise interruption

    if interruption is None:
        return function(stage.client, **inputs, write=write)
    try:
        return function(stage.client, **inputs, write=write)
    except interruption:
        stage.notes["went_through"] = True
        return None
