"""A prediction: one question per thing, asked before it happens, so that what happens can surprise."""

from collections.abc import Mapping, Sequence
from typing import Final

from ipywidgets import ToggleButtons

from helpers.display.twin import NO_TOOLTIP, Twinned

UNANSWERED: Final = "–"
CHARACTER: Final = 8
"""Pixels that a character of a question needs, at most."""


class Prediction(Twinned):
    """A row of buttons for each question. Nobody grades it; `answers` is what has been chosen so far."""

    def __init__(self, questions: Sequence[str], choices: Sequence[str]) -> None:
        width = f"{CHARACTER * max(map(len, questions)) + 10}px"
        self._questions = {
            question: ToggleButtons(
                options=list(choices),
                value=None,
                description=question,
                tooltip=NO_TOOLTIP,
                style={"description_width": width, "button_width": "auto"},
            )
            for question in questions
        }
        super().__init__(list(self._questions.values()))

    @property
    def answers(self) -> Mapping[str, str]:
        """The choice for each question, a dash where there is none yet."""
        return {question: buttons.value or UNANSWERED for question, buttons in self._questions.items()}

    def __repr__(self) -> str:
        return "\n".join(f"{question}: {answer}" for question, answer in self.answers.items())
