"""A widget over the rules: who is waiting, how long, how many, by when. It answers with pattern, reasons and code."""

from html import escape
from typing import Any, Final

from ipywidgets import HTML, BoundedIntText, Checkbox, Layout, ToggleButtons

from helpers.display.style import STYLE
from helpers.display.twin import NO_TOOLTIP, Twinned
from helpers.facts.patterns import Choice, Pattern, Rule, Task, choose_pattern

WAITING: Final = (
    ("a person, at a screen", "person"),
    ("a program that cannot go on", "program"),
    ("nobody", "nobody"),
)
ANY_DAY: Final = 0.0
"""No deadline. Not None, which a widget takes for nothing chosen."""
DEADLINES: Final = (("any day", ANY_DAY), ("within an hour", 1.0), ("within 24 hours", 24.0), ("within two days", 48.0))
CODE: Final = {
    Pattern.STANDARD: """\
message = client.messages.create(
    model=MODEL, max_tokens={max_tokens}, messages=messages
)""",
    Pattern.STREAMING: """\
with client.messages.stream(
    model=MODEL, max_tokens={max_tokens}, messages=messages
) as stream:
    for text in stream.text_stream:
        write(text)
    message = stream.get_final_message()""",
    Pattern.BATCHES: """\
batch = client.messages.batches.create(
    requests=[
        {{"custom_id": name, "params": {{"model": MODEL, "max_tokens": {max_tokens}, "messages": messages}}}}
        for name, messages in documents.items()
    ]
)""",
}
UNWATCHED: Final = """\
with client.messages.stream(
    model=MODEL, max_tokens={max_tokens}, messages=messages
) as stream:
    message = stream.get_final_message()"""
"""A stream that nobody reads along."""


def code_for(task: Task, pattern: Pattern) -> str:
    """The call that `pattern` means for `task`."""
    unwatched = pattern is Pattern.STREAMING and task.waiting != "person"
    return (UNWATCHED if unwatched else CODE[pattern]).format(max_tokens=task.max_tokens)


class Chooser(Twinned):
    """Asks for a task and answers at once. Every control works with the keyboard; `print` shows the same as text."""

    def __init__(self, task: Task | None = None) -> None:
        task = task or Task(waiting="person")
        number: dict[str, Any] = {
            "style": {"description_width": "190px"},
            "layout": Layout(width="420px", max_width="100%"),
            "tooltip": NO_TOOLTIP,
        }
        # Buttons: JupyterLab takes the arrow keys, which radio buttons and drop-down lists need, for itself.
        row: dict[str, Any] = {
            "style": {"description_width": "190px", "button_width": "auto"},
            "tooltip": NO_TOOLTIP,
        }
        deadline = task.deadline_hours or ANY_DAY
        self._controls = {
            "waiting": ToggleButtons(options=WAITING, value=task.waiting, description="Who is waiting?", **row),
            "seconds": BoundedIntText(int(task.seconds), 1, 86_400, description="Seconds for one answer", **number),
            # No steps: to a browser what lies between two of them is wrong, and a screen reader says so.
            "max_tokens": BoundedIntText(task.max_tokens, 1, 128_000, description="max_tokens", **number),
            "requests": BoundedIntText(task.requests, 1, 1_000_000, description="How many requests", **number),
            "deadline_hours": ToggleButtons(options=DEADLINES, value=deadline, description="Answers needed", **row),
            "in_turn": Checkbox(
                task.in_turn, description="each request needs the answer before it", indent=False, tooltip=NO_TOOLTIP
            ),
        }
        self._answer = HTML()
        for control in self._controls.values():
            control.observe(self._update, "value")
        super().__init__([*self._controls.values(), self._answer])
        self._update()

    @property
    def task(self) -> Task:
        """What has been chosen so far."""
        chosen = {name: control.value for name, control in self._controls.items()}
        return Task(**{**chosen, "deadline_hours": chosen["deadline_hours"] or None})

    @property
    def choice(self) -> Choice:
        """What the rules say to it."""
        return choose_pattern(self.task)

    def set(self, **values: Any) -> None:
        """Choose from code: `set(waiting="nobody", requests=5_000)`."""
        for name, value in values.items():
            self._controls[name].value = value

    def _update(self, change: Any = None) -> None:
        choice = self.choice
        reasons = "".join(f"<li>{_reason(rule)}</li>" for rule in choice.rules)
        code = escape(code_for(self.task, choice.pattern))
        self._answer.value = (
            f'{STYLE}<section class="course course-card" aria-label="The pattern">'
            # Said at each choice; the rest is there to be read, and would be said piece by piece, in no order.
            f'<p role="status"><b>{choice.pattern.value.capitalize()}</b></p><ul>{reasons}</ul>'
            f"<pre><code>{code}</code></pre></section>"
        )

    def __repr__(self) -> str:
        task, choice = self.task, self.choice
        asked = ", ".join(f"{name}={getattr(task, name)!r}" for name in self._controls)
        return "\n".join([f"{choice.pattern.value}: {asked}", *choice.reasons, code_for(task, choice.pattern)])


def _reason(rule: Rule) -> str:
    reason = escape(rule.reason)
    return reason if rule.source is None else f'{reason} <a href="{rule.source}">Source</a>'
