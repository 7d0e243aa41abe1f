"""Which cells of a notebook define an exercise."""

import re
from collections.abc import Iterator, Mapping
from typing import Any


def defining(notebook: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The code cells that define `name`, also those that are no Python as a whole, or TypeScript."""
    definition = re.compile(rf"^(async\s+)?(def|class)\s+{name}\b|^%%typescript[ \t]+{name}[ \t]*$", re.MULTILINE)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and definition.search("".join(cell["source"])):
            yield cell
