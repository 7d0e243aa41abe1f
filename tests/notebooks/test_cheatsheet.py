"""The cheat sheet's notebook: one page in which every row leads to its lesson."""

import json
import re
from typing import Final

from helpers.facts.cheatsheet import ROWS
from helpers.proofs.course import read_course

from .conftest import ROOT

CELLS: Final = json.loads((ROOT / "solutions/cheatsheet.ipynb").read_text("utf-8"))["cells"]
HTML: Final = "".join(
    "".join(output.get("data", {}).get("text/html", "")) for cell in CELLS for output in cell.get("outputs", [])
)
SOURCE: Final = (ROOT / "solutions/cheatsheet.py").read_text("utf-8")


def test_every_row_is_linked() -> None:
    """As many links as rows, each to a lesson; the rule of thumb is a sentence with a link of its own."""
    links = re.findall(r'<a href="(\w+)\.ipynb">', HTML) + re.findall(r"\[05 errors\]\((\w+)\.ipynb\)", SOURCE)
    assert sorted(links) == sorted(row.lesson for row in ROWS)
    assert set(links) <= set(read_course(ROOT).lessons)


def test_snippets() -> None:
    """What the cheat sheet shows as code is there: Python that ran, TypeScript as text."""
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
    for snippet in ('#   .on("text", (text)', "await stream.finalMessage()", '#   .on("error", handleError)'):
        assert snippet in SOURCE
