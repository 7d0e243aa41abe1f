"""The table of what libraries make of each ending, as it is kept."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

KEPT: Final = Path(__file__).with_name("table.json")


@dataclass(frozen=True)
class Cell:
    """What the user of a library has of one ending."""

    kept: str
    """How much of the text: `all`, `half` or `none`."""
    raised: str
    """The exception, with its package; empty where there is none."""
    requests: int
    waits: bool = False
    """Whether it still waited when it was ended."""

    @property
    def is_silent(self) -> bool:
        """Whether half an answer, or nothing, passes for an answer."""
        return self.kept != "all" and not self.raised and not self.waits

    @property
    def exception(self) -> str:
        """What is raised, without its package."""
        return self.raised.rpartition(".")[2]

    @property
    def words(self) -> str:
        """In a line for a terminal."""
        texts = {"all": "the answer", "half": "half an answer", "none": "no text"}
        end = "waits on" if self.waits else self.exception or ("nothing raised" if self.is_silent else "")
        return ", ".join(
            filter(None, [texts[self.kept], end, f"{self.requests} requests" if self.requests > 1 else ""])
        )


@dataclass(frozen=True)
class Made:
    """The table, by library, way (`streamed` or `unstreamed`) and ending; with the day, and with what it was made."""

    made: str
    versions: Mapping[str, str]
    cells: Mapping[str, Mapping[str, Mapping[str, Cell]]]

    def to_json(self) -> str:
        """It, as text that compares line by line."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def kept() -> Made:
    """The table as it is kept."""
    document = json.loads(KEPT.read_text("utf-8"))
    cells = {
        library: {way: {ending: Cell(**cell) for ending, cell in found.items()} for way, found in ways.items()}
        for library, ways in document["cells"].items()
    }
    return Made(document["made"], document["versions"], cells)
