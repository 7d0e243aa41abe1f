"""A JupyterLab of its own: on copies of notebooks, with nobody's settings, and with this interpreter as its kernel."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from helpers.errors import CourseError

ROOT: Final = Path(__file__).parents[2]
START_TIMEOUT: Final = 60.0
STOP_TIMEOUT: Final = 20.0

OPTIONS: Final = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    # Any free port. Which one, the server says in its info file.
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
    # `window.jupyterapp`: Lab's own state, rather than what its icons say about it.
    "--LabApp.expose_app_in_browser=True",
)
SETTINGS: Final[Mapping[str, Mapping[str, object]]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # Otherwise cells out of sight are not drawn.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}


class Lab:
    """JupyterLab on copies of `notebooks`, from `with` until its end, whatever happens in between.

    with Lab(tmp_path, notebooks) as lab:
        page.goto(lab.url)
    """

    def __init__(self, folder: Path, notebooks: Iterable[Path]) -> None:
        self._folder = folder
        self._log = folder / "lab.log"
        self.root = folder / "root"
        """The copies: all that Lab can read and write."""
        self.root.mkdir()
        for notebook in notebooks:
            shutil.copy(notebook, self.root)
        self.url = ""

    def __enter__(self) -> Self:
        self._configure()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*self._command(), *OPTIONS, f"--ServerApp.root_dir={self.root}"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.url = self._wait_for_url()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def address(self, name: str) -> str:
        """Where one of the notebooks opens, and no other that was open before."""
        return f"{self.url}lab/tree/{name}?reset"

    def _configure(self) -> None:
        for plugin, settings in SETTINGS.items():
            _write_json(self._folder / "config" / "lab" / "user-settings" / f"{plugin}.jupyterlab-settings", settings)
        # Before every other `python3` that the machine has.
        _write_json(
            self._folder / "share" / "kernels" / "python3" / "kernel.json",
            {
                "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "display_name": "Python 3",
                "language": "python",
            },
        )

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "jupyterlab"]

    def _environment(self) -> dict[str, str]:
        foreign = ("ANTHROPIC_", "COURSE_", "JUPYTER")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
            "COURSE_SPEED": "0",
            "PYTHONPATH": str(ROOT),
            "IPYTHONDIR": str(self._folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(self._folder / "config"),
            "JUPYTER_DATA_DIR": str(self._folder / "data"),
            # As `course lab` has it, the course's own extension is there too.
            "JUPYTER_PATH": os.pathsep.join([str(self._folder / "share"), str(ROOT / "helpers" / "jupyter")]),
            "JUPYTER_RUNTIME_DIR": str(self._folder / "runtime"),
        }

    def _wait_for_url(self) -> str:
        info = self._folder / "runtime" / f"jpserver-{self._process.pid}.json"
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if url := _url_in(info):
                return url
            if self._ended_within(0.1):
                raise CourseError(f"JupyterLab ended before it was ready; its last words: {self._last_words()}")
        raise CourseError(f"JupyterLab was not ready after {START_TIMEOUT:g} seconds: {self._last_words()}")

    def _ended_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-10:])

    def _stop(self) -> None:
        self._process.terminate()
        if not self._ended_within(STOP_TIMEOUT):
            self._process.kill()
            self._process.wait()


def _write_json(file: Path, value: Mapping[str, object]) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(value), "utf-8")


def _url_in(info: Path) -> str | None:
    try:
        return str(json.loads(info.read_text("utf-8"))["url"])
    except (FileNotFoundError, json.JSONDecodeError):  # not there, or not yet whole
        return None
