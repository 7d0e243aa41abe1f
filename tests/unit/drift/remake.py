"""Make the snapshots of old releases anew, from PyPI: `python -m tests.unit.drift.remake`. Needs the network."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from helpers.drift.snapshot import Snapshot, take_snapshot

FOLDER: Final = Path(__file__).parent / "snapshots"
RELEASES: Final = ("0.125.0", "1.0.0", "1.17.0", "2.0.0", "2.12.0", "2.14.0")


def snapshot_of(release: str, folder: Path) -> Snapshot:
    """That of one release, which is installed below `folder`. Raises `CalledProcessError` where it can't be had."""
    environment = folder / release
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"anthropic=={release}"]
    subprocess.run(pip, check=True, capture_output=True)
    return take_snapshot(python)


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        for release in RELEASES:
            text = snapshot_of(release, Path(temporary)).to_json()
            (FOLDER / f"{release}.json").write_text(text, encoding="utf-8")
