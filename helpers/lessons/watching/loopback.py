"""A web app on a free port of this machine's loopback, served by uvicorn in a thread, until it is closed."""

import asyncio
import socket
import threading
from typing import Final

from starlette.types import ASGIApp

from helpers.errors import CourseError

HOST: Final = "127.0.0.1"
PATIENCE: Final = 1
"""Real seconds that what is under way has to end in, once it was cancelled."""


class Loopback:
    """Serves `app` from now on until `close`. Raises `CourseError` where there is no port or no thread to be had."""

    def __init__(self, app: ASGIApp) -> None:
        # In a browser's kernel there is none.
        import uvicorn

        config = uvicorn.Config(
            app, log_config=None, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=0
        )
        self._server = uvicorn.Server(config)
        try:
            # It listens before the thread has begun: who connects meanwhile waits at the door.
            self._socket = socket.create_server((HOST, 0))
        except OSError as error:
            raise CourseError(f"No page can be served here, because there is no free port ({error}).") from None
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._run, name="course-page", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            self._socket.close()
            raise CourseError(f"No page can be served here, because no thread can be started ({error}).") from None

    def close(self) -> bool:
        """Give the port back, and end what is under way. False where the app lets nothing else run, not even its end.

        Then its thread ends as soon as the app lets go.
        """
        self._server.should_exit = True
        self._thread.join(3 * PATIENCE)
        ended = not self._thread.is_alive()
        if not ended:
            # uvicorn would stumble over a door that is closed already.
            self._server.servers = []
        self._socket.close()
        return ended

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        try:
            loop.run_until_complete(self._serve())
        finally:
            loop.close()

    async def _serve(self) -> None:
        await self._server.serve([self._socket])
        # uvicorn has cancelled its own tasks, which then need a moment; what they have started, nobody has.
        if rest := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in rest:
                task.cancel()
            await asyncio.wait(rest, timeout=PATIENCE)
