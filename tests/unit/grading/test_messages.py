"""What comes from the child is checked before it is believed."""

import json
from typing import Any

import pytest

from helpers.calling.observation import Conduct, Observation, Raised, encode
from helpers.grading.messages import (
    BadAnswer,
    Problem,
    read_answer,
    read_contents,
    read_observation,
    read_preparation,
    to_line,
)

RAISED = Raised("KeyError", ("KeyError", "Exception"), "'x'", 3, "return x")


@pytest.mark.parametrize(
    "observation",
    [
        Observation(value={"a": [1, 2.5, None, True]}, wrote=("a", "b"), conduct=Conduct(("dict", "object"))),
        Observation(raised=RAISED),
        Observation(stopped="why"),
        Observation(conduct=Conduct(("str", "object"), 3, 40, True, False, "example.org", 1.5, "line 3: `x`")),
    ],
)
def test_round_trip(observation: Observation) -> None:
    """An observation crosses unchanged."""
    line = to_line({"id": "7", "answer": observation.to_json()})
    assert read_observation(read_answer(line, "7")) == observation


@pytest.mark.parametrize(
    "changed",
    [
        {"wrote": "text"},
        {"wrote": [1]},
        {"stopped": 1},
        {"raised": []},
        {"raised": {"type": "KeyError"}},
        {"raised": {**json.loads(json.dumps(vars(RAISED))), "line": True}},
        {"raised": {**json.loads(json.dumps(vars(RAISED))), "families": [None]}},
        {"conduct": {}},
        {"conduct": {**Observation().to_json()["conduct"], "returned": [1]}},
        {"conduct": {**Observation().to_json()["conduct"], "printed_lines": True}},
        {"more": 1},
    ],
)
def test_wrong_shape(changed: dict[str, Any]) -> None:
    """Anything but the exact shape is refused."""
    with pytest.raises(BadAnswer):
        read_observation({**json.loads(to_line(Observation().to_json())), **changed})


@pytest.mark.parametrize("data", [None, [], "text", {}, {"state": "passed", "said": "", "left_out": []}])
def test_no_preparation(data: Any) -> None:
    """A state that is not one of the four, or none at all."""
    with pytest.raises(BadAnswer):
        read_preparation(data)


def test_contents() -> None:
    """Names are lists of strings, and a note has a file, a sentence and names."""
    contents = {"found": [["ask"], []], "assigned": [[], []], "left_out": [], "elsewhere": []}
    note = {"file": 1, "said": "It is not Python.", "exercises": ["ask"]}
    assert read_contents(contents).found == [["ask"], []]
    assert read_contents({**contents, "left_out": [note]}).left_out[0].exercises == {"ask"}
    changed: list[dict[str, Any]] = [
        {"found": ["ask"]},
        {"notes": []},
        {"left_out": ["text"]},
        {"elsewhere": [{**note, "file": "1"}]},
    ]
    for wrong in changed:
        with pytest.raises(BadAnswer):
            read_contents({**contents, **wrong})


@pytest.mark.parametrize("line", [b"", b"text\n", b"[]\n", b'{"id": "8", "answer": 1}\n', b"[" * 100_000, b"\xff\n"])
def test_no_answer(line: bytes) -> None:
    """What is no JSON, or answers no question, is refused."""
    with pytest.raises(BadAnswer):
        read_answer(line, "7")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("[" * 120 + "]" * 120, "is nested more than 100 deep"),
        ('{"a":' * 120 + "1" + "}" * 120, "is nested more than 100 deep"),
        ("[" + "[]," * 50_000 + "[]]", "holds more than 50,000 values"),
        ("[[" + "1," * 50_000 + "1]]", "holds more than 50,000 values"),
        ("9" * 1_003, "is no JSON"),
    ],
)
def test_too_much(value: str, why: str) -> None:
    """No judge goes down as far, or has to hold as much."""
    with pytest.raises(BadAnswer, match=f"^the answer {why}$"):
        read_answer(b'{"id": "7", "answer": %s}\n' % value.encode(), "7")


@pytest.mark.parametrize("value", [[[]] * 49_000, "[{," * 200_000, 10**999, encode([[[[1]]]])])
def test_enough(value: Any) -> None:
    """It is values that count, and not what a text looks like."""
    assert read_answer(to_line({"id": "7", "answer": value}), "7") == value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", '{"a": [NaN]}'])
def test_no_finite_number(value: str) -> None:
    """NaN and the infinities are no JSON, and no verdict has to think of them."""
    with pytest.raises(BadAnswer):
        read_answer(b'{"id": "7", "answer": %s}\n' % value.encode(), "7")


@pytest.mark.parametrize(("sent", "read"), [(r"\ud800", "?"), (r"\uD83D\uDE42", "🙂"), (r"\\ud800", r"\ud800")])
def test_surrogates(sent: str, read: str) -> None:
    """Half a pair is no character, and no report could be written with it; a whole pair is one."""
    assert read_answer(b'{"id": "7", "answer": "a%s"}\n' % sent.encode(), "7") == f"a{read}"


def test_problem() -> None:
    """The child can say why it has no answer."""
    with pytest.raises(Problem, match="too long"):
        read_answer(b'{"id": "7", "problem": "too long"}\n', "7")
