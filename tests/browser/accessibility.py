"""axe-core on what the course shows. Not on JupyterLab itself, whose violations are not ours to mend."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, Final

from playwright.sync_api import Page

OUTPUTS: Final = ".jp-OutputArea-output"
SEVERE: Final = ("serious", "critical")

# A file of the package, so that nothing is fetched when the test runs.
_AXE: Final = resources.files("axe_playwright_python") / "axe.min.js"


def severe_violations(page: Page) -> list[str]:
    """The serious and critical violations in the outputs that `page` shows, one line for each element."""
    page.evaluate(_AXE.read_text("utf-8"))
    found = page.evaluate(f"axe.run({json.dumps(OUTPUTS)}, {{resultTypes: ['violations']}})")
    return list(_severe(found["violations"]))


def _severe(violations: list[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        if violation["impact"] in SEVERE:
            for node in violation["nodes"]:
                yield f"{violation['id']}: {node['failureSummary']} {node['html'][:200]}"
