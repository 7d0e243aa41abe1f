"""A card with buttons below it, for what a learner has to decide about a lesson."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipywidgets import VBox

    from helpers.display.card import Card


@dataclass(frozen=True)
class Choice:
    """A button: its words, and what is done when it is pressed, which returns what to show."""

    label: str
    do: Callable[[], Card]


@dataclass(frozen=True)
class Question:
    """Something to decide: one row of buttons, for as long as it `is_open`."""

    choices: Sequence[Choice]
    is_open: Callable[[], bool]


@dataclass(frozen=True)
class Choosing:
    """A card, and a row of buttons for each question. What a button says stands below its row.

    The card is an output of its own: it is still there when a notebook is opened again, and its buttons are not.
    """

    card: Card
    questions: Sequence[Question]

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for shown in (self.card, self.buttons()):
            display(shown)  # type: ignore[no-untyped-call] # IPython has no types

    def buttons(self) -> VBox:
        """The rows. Raises whatever a choice raises when its button is pressed."""
        from ipywidgets import VBox

        return VBox([_row(question) for question in self.questions])

    def __repr__(self) -> str:
        return self.card.text


def _row(question: Question) -> VBox:
    from ipywidgets import HTML, Button, HBox, Layout, VBox

    said = HTML()
    buttons = [Button(description=choice.label, layout=Layout(width="auto")) for choice in question.choices]

    def press(choice: Choice, _: Button) -> None:
        card = choice.do()
        # Read aloud at once, because whoever pressed a button is still on it.
        head = escape(card.text.partition("\n")[0])
        said.value = f'<div role="alert" style="position: absolute; opacity: 0">{head}</div>{card.html}'
        for button in buttons:
            button.disabled = not question.is_open()

    for button, choice in zip(buttons, question.choices, strict=True):
        button.on_click(partial(press, choice))
    return VBox([HBox(buttons, layout=Layout(flex_flow="row wrap")), said])
