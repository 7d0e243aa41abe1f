"""axe-core on what the course shows. Not on JupyterLab itself, whose violations are not ours to mend."""

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, Final

from playwright.sync_api import Page

OUTPUTS: Final = ".jp-OutputArea-output"
SEVERE: Final = ("serious", "critical")

# A file of the package, so that nothing is fetched when the test runs.
_AXE: Final = resources.files("axe_playwright_python") / "axe.min.js"


def severe_violations(page: Page) -> list[str]:
    """The serious and critical violations in the outputs that `page` shows, one line for each element."""
    return list(_lines(found for found in _violations(page, OUTPUTS) if found["impact"] in SEVERE))


def violations(page: Page, without: str = "") -> list[str]:
    """All violations in `page`, one line for each element; but not in what the selector `without` names, if any."""
    return list(_lines(_violations(page, {"exclude": [without]} if without else "html")))


def _violations(page: Page, part: str | dict[str, Any]) -> list[dict[str, Any]]:
    page.evaluate(_AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        f"axe.run({json.dumps(part)}, {{resultTypes: ['violations']}}).then(found => found.violations)"
    )
    return found


def _lines(violations: Iterable[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['failureSummary']} {node['html'][:200]}"
