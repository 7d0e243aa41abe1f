"""The widget over the rules, worked as a person works it: control by control."""

import ast
from collections.abc import Iterator

import pytest
from ipywidgets import BoundedIntText, Checkbox, ToggleButtons, Widget

from helpers.display.twin import NO_TOOLTIP
from helpers.facts.patterns import Pattern, Task, choose_pattern
from helpers.lessons.choosing.chooser import DEADLINES, Chooser, code_for


def controls(chooser: Chooser) -> Iterator[Widget]:
    yield from chooser.children[:-1]


def test_answers_at_once() -> None:
    """A change of one control changes pattern, reasons and code."""
    chooser = Chooser()
    assert "<b>Streaming</b>" in chooser.children[-1].value
    chooser.set(waiting="nobody", requests=5_000)
    assert "<b>Batches</b>" in chooser.children[-1].value
    assert "batches.create" in chooser.children[-1].value


def test_says_the_same_as_text() -> None:
    """What a terminal shows is what the rules say, whole."""
    chooser = Chooser(Task(requests=900, deadline_hours=1.0))
    shown = chooser._repr_mimebundle_()["text/plain"]
    assert shown.startswith("standard: waiting='nobody'")
    assert all(reason in shown for reason in choose_pattern(chooser.task).reasons)


def test_only_controls_that_keyboards_work() -> None:
    """No sliders, which fail the accessibility check; nothing that needs arrow keys, which JupyterLab takes."""
    assert {type(control) for control in controls(Chooser())} == {BoundedIntText, Checkbox, ToggleButtons}


def test_every_control_is_named() -> None:
    """A screen reader can say what each one asks, and says nothing before it."""
    assert all(control.description for control in controls(Chooser()))
    assert {control.tooltip for control in controls(Chooser())} == {NO_TOOLTIP}


def test_what_is_there_is_right() -> None:
    """To a browser each number is one of the steps that it allows: of another a screen reader says "invalid entry"."""
    numbers = [control for control in controls(Chooser()) if isinstance(control, BoundedIntText)]
    assert [(number.value - number.min) % number.step for number in numbers] == [0, 0, 0]


def test_pattern_is_said() -> None:
    """At each choice a screen reader says the pattern, and no more."""
    chooser = Chooser(Task("person"))
    assert '<p role="status"><b>Streaming</b></p>' in chooser.children[-1].value


def test_deadlines_fit_the_rules() -> None:
    """The choices lie on both sides of what a batch promises."""
    chooser = Chooser(Task(requests=5_000))
    found = []
    for _, hours in DEADLINES:
        chooser.set(deadline_hours=hours)
        found.append(chooser.choice.pattern)
    assert found == [Pattern.BATCHES, Pattern.STANDARD, Pattern.STANDARD, Pattern.BATCHES]


def test_something_is_chosen() -> None:
    """No control is empty at the beginning."""
    assert all(control.value is not None and control.value != "" for control in controls(Chooser()))


@pytest.mark.parametrize("task", [Task(), Task("person"), Task(seconds=900, max_tokens=64_000), Task(requests=500)])
def test_code_is_python(task: Task) -> None:
    """Every answer's code can be pasted, with the task's own number of tokens."""
    code = code_for(task, choose_pattern(task).pattern)
    ast.parse(code)
    assert str(task.max_tokens) in code
