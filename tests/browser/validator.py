"""html-validate on pages: what HTML itself demands, and what it demands of headings, names and tables."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from helpers.errors import CourseError

FOLDER: Final = Path(__file__).parents[1] / "validator"
PROGRAM: Final = FOLDER / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES: Final = FOLDER / "rules.json"
"""Those that speak of how HTML is typed are off."""
SHOWN: Final = 20


def invalid(pages: Sequence[Path]) -> list[str]:
    """What is wrong in `pages`, a line for each. Raises `CourseError` where the validator is not there."""
    # Beside Python stands the one that `make node` installs.
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if node is None or not PROGRAM.exists():
        raise CourseError("html-validate is missing: run `make validator`.")
    command = [node, str(PROGRAM), "--config", str(RULES), "--formatter", "json", *map(str, pages)]
    # Into a file: it ends before a pipe has taken all of what it says, the whole source of each page among it.
    with TemporaryFile("w+", encoding="utf-8") as said:
        done = subprocess.run(
            command, stdout=said, stderr=subprocess.PIPE, text=True, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode in (0, 1), done.stderr
        said.seek(0)
        found = json.load(said)
    return [
        f"{Path(page['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}"
        for page in found
        for message in page["messages"]
    ][:SHOWN]
