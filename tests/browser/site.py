"""A site of files on a server of its own, and a witness who sees what a browser asks of anybody else."""

import functools
import http.server
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

TYPES: Final = {".mjs": "text/javascript", ".wasm": "application/wasm", ".whl": "application/zip"}


class _Files(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path: Any) -> str:
        """What Python's own table may lack."""
        return TYPES.get(Path(path).suffix) or super().guess_type(path)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


class _Server:
    """A handler of requests on a free port, from `with` until its end or `stop`."""

    def __init__(self) -> None:
        self._handler: Any = None
        self._port = 0
        self._server: http.server.ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """With a slash at its end."""
        return f"http://127.0.0.1:{self._port}/"

    def __enter__(self) -> Self:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self._port), self._handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """From now on nobody answers."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class Site(_Server):
    """The files in `folder`, below its name, as GitHub Pages has them below that of a repository.

    A site that takes its place later, in a folder of the same name, has the same address, and so the same browser's
    data.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._name = folder.name
        self._handler = functools.partial(_Files, directory=str(folder.parent))

    @property
    def url(self) -> str:
        """With a slash at its end."""
        return f"{super().url}{self._name}/"

    def address(self, name: str) -> str:
        """Where a notebook opens, and no other that was open before."""
        return f"{self.url}lab/index.html?path={name}&workspace={name.partition('.')[0]}"

    def replace(self, folder: Path) -> None:
        """Deploy the files in `folder`."""
        assert folder.name == self._name
        self.stop()
        self._handler = functools.partial(_Files, directory=str(folder.parent))
        self.__enter__()


class Witness(_Server):
    """A proxy that lets nothing through. A browser asks it for every host but this machine, whoever in it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        seen = self.seen

        class Refuses(http.server.BaseHTTPRequestHandler):
            def refuse(self) -> None:
                seen.append(self.path)
                self.send_error(502)

            def __getattr__(self, name: str) -> Any:
                """`do_GET`, `do_CONNECT` and all the others."""
                if name.startswith("do_"):
                    return self.refuse
                raise AttributeError(name)

            def log_message(self, format: str, *arguments: Any) -> None:
                """It is in `seen`."""

        self._handler = Refuses
