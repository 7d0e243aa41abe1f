"""Calls one of the programs beside this file, streamed or not, and prints what its user has of it, as JSON.

    python calling.py langchain streamed

It runs in an environment with that library, which has nothing of the course.
"""

import importlib.util
import json
import sys
import warnings
from pathlib import Path
from types import ModuleType


def main(name: str, way: str) -> None:
    """Print `text`, what it was made of, and `raised`, which is empty or the name of an exception."""
    warnings.simplefilter("ignore")
    pieces: list[str] = []
    raised = ""
    try:
        program = loaded(name)
        if way == "streamed":
            for piece in program.streamed():
                pieces.append(piece)
        else:
            pieces.append(program.unstreamed())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the user of the library meets
        raised = f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"
    print(json.dumps({"text": "".join(pieces), "raised": raised}))  # noqa: T201 - its answer


def loaded(name: str) -> ModuleType:
    """The program: under another name than the library's, which is its own too."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"program_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    # The folder of this file is first on the path, and its files have the libraries' names.
    sys.path.pop(0)
    main(*sys.argv[1:])
