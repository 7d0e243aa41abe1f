"""How the functions of lesson A1 are called: as any other, and with an ear for what comes when they have returned."""

from collections.abc import Callable
from typing import Any

from helpers.calling.stage import Stage, call, call_with_write
from helpers.typescript.functions import written_late


def write_and_listen(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs, write=…)`, and note how many pieces it wrote after it had returned."""
    try:
        return call_with_write(function, stage)
    finally:
        stage.notes["late"] = len(written_late())


def call_and_listen(function: Callable[..., Any], stage: Stage) -> Any:
    """Call `function(client, **inputs)`."""
    return call(function, stage)
