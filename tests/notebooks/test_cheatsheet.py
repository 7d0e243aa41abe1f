"""The cheat sheet's notebook: one page in which every row leads to its lesson."""

import json
import re
from itertools import pairwise
from typing import Final

from helpers.facts.cheatsheet import ROWS
from helpers.proofs.course import Cell, read_course, text_of

from .conftest import ROOT

TYPESCRIPT: Final = (
    ("showWords", '.on("text", (text) => { process.stdout.write(text); });', "in five days.\nwhole"),
    ("wholeMessage", "const message = await stream.finalMessage();", "end_turn"),
    ("guarded", '.on("error", handleError);', "complete: false"),
    ("loggedIds", "console.log(message._request_id);", "req_"),
)
"""Its four rows in TypeScript: what runs them, the row's own words, and what came of it."""
CELLS: Final = json.loads((ROOT / "solutions/cheatsheet.ipynb").read_text("utf-8"))["cells"]
HTML: Final = "".join(
    "".join(output.get("data", {}).get("text/html", "")) for cell in CELLS for output in cell.get("outputs", [])
)
CODE: Final = [cell for cell in CELLS if cell["cell_type"] == "code"]
PROSE: Final = "".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
SOURCE: Final = (ROOT / "solutions/cheatsheet.py").read_text("utf-8")


def test_every_row_is_linked() -> None:
    """As many links as rows, each to a lesson; the rule of thumb is a sentence with a link of its own."""
    links = re.findall(r'<a href="(\w+)\.ipynb">', HTML) + re.findall(r"\[05 errors\]\((\w+)\.ipynb\)", SOURCE)
    assert sorted(links) == sorted(row.lesson for row in ROWS)
    assert set(links) <= set(read_course(ROOT).lessons)


def output_of(cell: Cell) -> str:
    return "".join("".join(output.get("text", "")) for output in cell["outputs"])


def test_snippets() -> None:
    """What the cheat sheet shows as code is there, and ran, in Python and in TypeScript."""
    python = "".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code")
    for snippet in (
        'for text in stream.text_stream:\n        print(text, end="", flush=True)',
        "message = stream.get_final_message()",
        "except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:",
        "client.messages.batches.create(",
        "client.messages.batches.results(batch.id)",
        "print(message._request_id",
    ):
        assert snippet in python
    for name, snippet, said in TYPESCRIPT:
        cell, called = next(pair for pair in pairwise(CODE) if text_of(pair[0]).startswith(f"%%typescript {name}\n"))
        assert snippet in text_of(cell)
        assert output_of(cell).startswith("The types fit.")
        assert said in output_of(called)
    assert PROSE.count("Corrected:") == 2, "what was corrected is said: the two that do not wait"
