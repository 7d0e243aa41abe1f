"""Buttons below a card: they write a call into a new cell below it and run it.

JupyterLab does that itself, for any element that names one of its commands
(https://jupyterlab.readthedocs.io/en/stable/user/commands.html): a button is plain HTML, without a script, without the
state of a widget, and the same in every run. What it asks for, a hint or our solution, is nowhere in the notebook until
it is asked for. Where there is no JupyterLab the buttons are not shown, and the call does the same.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from helpers.judging.offer import Offer
    from helpers.judging.verdict import Verdict

COMMAND: Final = "apputils:run-all-enabled"
COMMANDS: Final = ("notebook:insert-cell-below", "notebook:replace-selection", "notebook:run-cell")
"""Each is given all the arguments, and takes those that it knows: of ours, `replace-selection` the text."""


def asking(verdict: Verdict, offer: Offer | None) -> str:
    """The buttons of a verdict as HTML: what was solved can be compared, what was not can be helped."""
    name = verdict.exercise.name
    solution = _button("Our solution", f"of {name}", f"solution({name})")
    if verdict.outcome in ("checker_broken", "not_available"):
        return ""
    if verdict.outcome == "passed":
        return _group(name, solution)
    case = _button("This case", f"of {name}", offer.code) if offer else ""
    return _group(name, _button("Hint", f"for {name}", f"hint({name})") + case + solution)


def _group(name: str, buttons: str) -> str:
    # Lab's keyboard shortcuts would take Enter from the button that has the focus.
    return (
        f'<div class="course-asking" role="group" aria-label="Ask for more about {name}" '
        f'data-lm-suppress-shortcuts="true" hidden="">{buttons}</div>'
    )


def _button(label: str, whose: str, code: str) -> str:
    arguments = escape(json.dumps({"commands": COMMANDS, "args": {"text": code}}), quote=True)
    return (
        f'<button type="button" aria-label="{label} {whose}" data-commandlinker-command="{COMMAND}" '
        f'data-commandlinker-args="{arguments}">{label}</button>'
    )
