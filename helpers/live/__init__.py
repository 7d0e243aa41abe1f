"""Calls that leave the machine: what each may cost, what it did cost, and where to stop.

The hooks hang on the HTTP client below the SDK, which every copy of a client shares: `with_options` cannot lose them.
"""

from helpers.live.hooks import async_hooks, hooks
from helpers.live.purse import PURSE, Purse
from helpers.live.refusal import LiveError

__all__ = ["PURSE", "LiveError", "Purse", "async_hooks", "hooks"]
