"""Whatever a function returns, it is the function that is judged, and a wrong type is named."""

import ast
from typing import Any, Final

import pytest

from helpers.calling.exercise import Exercise
from helpers.display import result_card
from helpers.judging.checking import check_function
from helpers.judging.returning import _fits
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_of
from tests.unit.calling.conftest import define

FUNCTIONS: Final = [exercise for exercise in EXERCISES.values() if exercise.given is None]
HEAD: Final = "import anthropic, decimal, itertools, math\n"
ODD: Final = {
    "nothing": "str(); return None",
    "true": "return True",
    "number": "return -7",
    "nan": "return math.nan",
    "text": "return 'x'",
    "bytes": "return b'x'",
    "empty list": "return []",
    "list": "return [None, 1, 'x', [], {}]",
    "empty dict": "return {}",
    "dict": "return {'x': None, 1: [2], 'custom_id': 3, 'params': 4, 'type': []}",
    "pair": "return ('x', 'y')",
    "pair of others": "return ({'x': 1}, [None])",
    "set": "return {'x'}",
    "object": "return object()",
    "class": "return int",
    "module": "return math",
    "function": "return lambda *a, **b: None",
    "raiser": "return lambda *a, **b: 1 / 0",
    "endless": "return itertools.count()",
    "decimal": "return decimal.Decimal('1.5')",
    "error": "return ValueError('x')",
    "arguments": "return locals()",
    "itself": "loop = []; loop.append(loop); return loop",
    "generator": "yield 'x'",
}


def _check(exercise: Exercise, body: str) -> Verdict:
    keyword = "async def" if exercise.name == "ask_all" and "yield" not in body else "def"
    source = f"{HEAD}{keyword} {exercise.name}({', '.join(exercise.parameters)}):\n    {body}\n"
    return check_function(check_of(exercise), define(source))


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: str(exercise.name))
def test_odd_value(exercise: Exercise, body: str) -> None:
    """Never does a value break the checker, or its card, or pass."""
    verdict = _check(exercise, body)
    assert verdict.outcome in ("misconception", "raised"), verdict.message
    assert result_card(verdict).text.startswith(f"✗ {exercise.name} — ")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("ask", "return 7", "`ask` returns `str`, and yours returned an `int`: `7`."),
        ("ask", "yield 'x'", "`ask` returns `str`, and yours returned a generator: a function with `yield`"),
        ("stream_safely", "return ('x', True)", "`stream_safely` returns `Outcome`, and yours returned a `tuple`"),
    ],
)
def test_named(name: str, body: str, said: str) -> None:
    """What was expected, what came, and what it looks like."""
    verdict = _check(EXERCISES[name], body)
    assert (verdict.outcome, verdict.misconception) == ("misconception", "wrong_type")
    assert said in verdict.message


@pytest.mark.parametrize(
    ("annotation", "value", "families", "fits"),
    [
        ("str", "x", ("str", "object"), True),
        ("str", None, ("NoneType", "object"), False),
        ("float", 1, ("int", "object"), True),
        ("int", 1.5, ("float", "object"), False),
        ("list[str]", ["x"], ("list", "object"), True),
        ("list[str]", ["x"], ("tuple", "object"), False),
        ("list[str]", ["x", 1], ("list", "object"), False),
        ("list[list[dict]]", [[{}]], ("list", "object"), True),
        ("dict[str, str]", {"x": "y"}, ("dict", "object"), True),
        ("dict[str, str]", {"x": 1}, ("dict", "object"), False),
        ("dict", {"x": 1}, ("Message", "BaseModel", "object"), False),
        ("tuple[dict[str, str], list[str]]", [{}, []], ("tuple", "object"), True),
        ("tuple[dict[str, str], list[str]]", [[], {}], ("tuple", "object"), False),
        ("tuple[dict[str, str], list[str]]", [{}], ("tuple", "object"), False),
        ("tuple[str, ...]", ["x", "y"], ("tuple", "object"), True),
        ("str | None", None, ("NoneType", "object"), True),
        ("str | None", 1, ("int", "object"), False),
        ("Message", {}, ("ParsedMessage", "Message", "object"), True),
        ("Message", {}, ("dict", "object"), False),
        ("anthropic.types.Message", "x", ("str", "object"), False),
        ("SomeAlias", "x", ("str", "object"), True),
        ("Callable[[str], None]", {"not_json": "function"}, ("function", "object"), True),
    ],
)
def test_fits(annotation: str, value: Any, families: tuple[str, ...], fits: bool) -> None:
    """An annotation is read as a type checker would, as far as JSON tells."""
    assert _fits(ast.parse(annotation, mode="eval").body, value, families) is fits
