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

_FAINT: Final = """() => {
    const numbers = colour => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const chain = element => element ? [element, ...chain(element.parentElement)] : [];
    const mixed = (over, under, share) => over.map((one, i) => one * share + under[i] * (1 - share));
    const ground = element => chain(element).map(one => numbers(getComputedStyle(one).backgroundColor))
        .find(([red, green, blue, alpha = 1]) => alpha === 1 && blue !== undefined)?.slice(0, 3)
        ?? numbers(getComputedStyle(document.documentElement).colorScheme === 'dark' ? '18 18 18' : '255 255 255');
    const light = colour => colour.map(one => one / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
    return [...document.querySelectorAll('.jp-OutputArea-output svg text')].flatMap(text => {
        const under = ground(text);
        const opacity = chain(text).reduce((product, one) => product * getComputedStyle(one).opacity,
            getComputedStyle(text).fillOpacity);
        const seen = mixed(numbers(getComputedStyle(text).fill).slice(0, 3), under, opacity);
        const [dark, bright] = [light(seen), light(under)].sort((a, b) => a - b);
        const contrast = (bright + 0.05) / (dark + 0.05);
        return contrast < 4.5 ? [`${contrast.toFixed(2)} to 1: ${text.textContent}`] : [];
    });
}"""


def severe_violations(page: Page) -> list[str]:
    """The serious and critical violations in the outputs that `page` shows, one line for each element."""
    return list(_lines(found for found in _violations(page, OUTPUTS) if found["impact"] in SEVERE))


def violations_in_outputs(page: Page) -> list[str]:
    """All violations in the outputs that `page` shows, one line for each element."""
    return list(_lines(_violations(page, OUTPUTS)))


def violations(page: Page, without: str = "") -> list[str]:
    """All violations in `page`, one line for each element; but not in what the selector `without` names, if any."""
    return list(_lines(_violations(page, {"exclude": [without]} if without else "html")))


def faint_texts(page: Page) -> list[str]:
    """The letters in pictures that `page` shows, where their contrast is below 4.5 to 1: axe-core leaves them out."""
    found: list[str] = page.evaluate(_FAINT)
    return found


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
