"""Amounts of money as bars on one scale."""

from collections.abc import Mapping
from html import escape
from typing import Final

from helpers.display.card import Card
from helpers.display.style import scrolling

WIDTH: Final = 780
ROW: Final = 30
LABEL: Final = 7.3
"""Pixels that a character needs on average, rather too many than too few."""
NUMBER: Final = 100


def amounts(title: str, dollars: Mapping[str, float]) -> Card:
    """A bar for each amount, the longest as wide as there is room."""
    left = 12 + LABEL * max(map(len, dollars))
    scale = (WIDTH - left - NUMBER) / max(*dollars.values(), 0.000_001)
    rows = "".join(
        f'<text x="0" y="{y + 4}" class="name">{escape(name)}</text>'
        f'<rect x="{left:.0f}" y="{y - 8}" width="{amount * scale:.1f}" height="16" class="ok"/>'
        f'<text x="{left + amount * scale + 8:.1f}" y="{y + 4}">{shown(amount)}</text>'
        for y, (name, amount) in zip(range(16, 10_000, ROW), dollars.items(), strict=False)
    )
    label = escape(f"{title}. {'; '.join(f'{name}: {shown(amount)}' for name, amount in dollars.items())}.", quote=True)
    drawing = (
        f'<svg role="img" viewBox="0 0 {WIDTH} {ROW * len(dollars) + 4}" width="100%" aria-label="{label}">{rows}</svg>'
    )
    width = max(map(len, dollars))
    text = "\n".join([title, *(f"  {name:<{width}}  {shown(amount):>12}" for name, amount in dollars.items())])
    return Card(scrolling(f"<p><b>{escape(title)}</b></p>{drawing}", title), text)


def shown(dollars: float) -> str:
    """`dollars` to the cent; below ten of them to a hundredth of a cent."""
    return f"${dollars:,.2f}" if dollars >= 10 else f"${dollars:,.4f}"
