"""Whether a learner edited a notebook: a digest of its cells' sources, kept in its metadata when it is generated.

Running the cells changes outputs, and saving in JupyterLab changes the JSON; neither changes a source. JupyterLab adds
an empty cell below the last one when that is run, so empty cells don't count.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def source_digest(cells: Iterable[Mapping[str, Any]]) -> str:
    """The digest of the cells' kinds and sources."""
    sources = [[cell["cell_type"], "".join(cell["source"]).rstrip()] for cell in cells]
    text = json.dumps([source for source in sources if source[1]])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def was_edited(content: bytes) -> bool:
    """Whether the notebook differs from what was generated. One that can't be read does: it may be somebody's work."""
    try:
        notebook = json.loads(content)
        recorded: object = notebook["metadata"]["course"]["source_digest"]
        return recorded != source_digest(notebook["cells"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return True


def is_generated(content: bytes) -> bool:
    """Whether the notebook is one of ours, edited or not."""
    try:
        return "source_digest" in json.loads(content)["metadata"]["course"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
