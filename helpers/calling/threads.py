"""What starts a thread where there are none, in a browser, is told so rather than that it failed."""

import threading
from typing import Final

NONE_HERE: Final = "a browser has no threads: this works in JupyterLab on a machine of your own"


def say_that_there_are_none() -> None:
    """From now on, whoever starts a thread that cannot be started is told why."""
    start = threading.Thread.start

    def start_or_say(self: threading.Thread) -> None:
        try:
            start(self)
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {NONE_HERE}") from error

    threading.Thread.start = start_or_say  # type: ignore[method-assign]
