"""A prediction: one question per thing, asked before it happens, so that what happens can surprise."""

from collections.abc import Mapping, Sequence
from typing import Final

from ipywidgets import Dropdown, Layout, VBox

UNANSWERED: Final = "–"


class Prediction(VBox):  # type: ignore[misc] # ipywidgets has no types
    """A dropdown for each question. Nobody grades it; `answers` is what has been chosen so far."""

    def __init__(self, questions: Sequence[str], choices: Sequence[str]) -> None:
        self._questions = {
            question: Dropdown(
                options=[UNANSWERED, *choices],
                description=question,
                style={"description_width": "110px"},
                layout=Layout(width="520px"),
            )
            for question in questions
        }
        super().__init__(list(self._questions.values()))

    @property
    def answers(self) -> Mapping[str, str]:
        """The choice for each question, a dash where there is none yet."""
        return {question: str(dropdown.value) for question, dropdown in self._questions.items()}

    def __repr__(self) -> str:
        return "\n".join(f"{question}: {answer}" for question, answer in self.answers.items())
