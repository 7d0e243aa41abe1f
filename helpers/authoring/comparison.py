"""Where a derived notebook on disk first differs from the one that its source makes today."""

import json
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, Final

_PARTS: Final = ("cell_type", "source", "metadata", "outputs", "execution_count", "id")


def first_difference(stored: bytes, built: bytes, lines: Mapping[str, int]) -> str:
    """One clause on the first cell that differs. `lines`, by cell id, are those of the source where the cells start."""
    try:
        old = json.loads(stored)
        old_cells: list[dict[str, Any]] = list(old["cells"])
    except (ValueError, KeyError, TypeError):
        return "it is not a notebook"
    new = json.loads(built)
    for number, (before, after) in enumerate(zip_longest(old_cells, new["cells"]), 1):
        if before == after:
            continue
        if after is None:
            return f"cell {number} is no longer in the source"
        where = f"cell {number} (line {lines.get(after['id'], '?')})"
        return f"{where} is new" if before is None else f"{where} has {_clause(before, after)}"
    return "its JSON is formatted otherwise" if old == new else "the notebook's metadata differ"


def _clause(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    part = next((part for part in _PARTS if before.get(part) != after.get(part)), "keys")
    was, now = _first_lines(before.get(part), after.get(part))
    return f"another {part.removesuffix('s').replace('_', ' ')}: stored {was}, now {now}"


def _first_lines(before: Any, after: Any) -> tuple[str, str]:
    """The first lines that differ, short enough for a terminal."""
    pairs = zip_longest(_lines(before), _lines(after), fillvalue="nothing")
    was, now = next((pair for pair in pairs if pair[0] != pair[1]), ("?", "?"))
    return _short(was), _short(now)


def _lines(value: Any) -> list[str]:
    return [line.strip().rstrip(",") for line in json.dumps(value, indent=1, ensure_ascii=False).splitlines()]


def _short(line: str) -> str:
    return line if len(line) <= 80 else line[:79] + "…"
