"""Colours and type of everything the course shows: JupyterLab's theme variables first, and a fallback of our own.

No meaning is carried by colour alone: every coloured thing also has a word or a symbol.
"""

import re
from html import escape
from importlib import resources
from typing import Final

_SHEET: Final = (resources.files("helpers.display") / "style.css").read_text("utf-8")

_ONE_LINE: Final = re.sub(r"\s+", " ", _SHEET).strip()

STYLE: Final = f"<style>{_ONE_LINE}</style>"
"""Every output carries the whole sheet: outputs are shown by themselves, in any order, and are copied about."""


def scrolling(body: str, name: str) -> str:
    """`body` as a group called `name`, which the keyboard reaches: where it is wider than its place, it scrolls."""
    return f'{STYLE}<div class="course" role="group" aria-label="{escape(name, quote=True)}" tabindex="0">{body}</div>'
