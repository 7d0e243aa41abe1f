"""Mutants are made of our solutions and of nothing else; those that no check should notice are listed."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from helpers.errors import CourseError
from helpers.lessons.found import exercise_named
from helpers.proofs.equivalents import FILE, Equivalent, read_equivalents
from helpers.proofs.mutants import mutants_of

FITS: Final = exercise_named("fits")
SOURCE: Final = '''# %%
def fits(endpoint, payload):
    """Whether it fits."""
    # Write your code here.
    ...


# %%
def fits(endpoint: Endpoint, payload: dict[str, Any]) -> bool:
    """Whether it fits, in less than 32 MB."""
    ### BEGIN SOLUTION
    size: int = len(payload)
    return size <= LIMITS[endpoint]
    ### END SOLUTION


# %%
assert fits("files", {}) == True
'''
LISTED: Final = """
[[fits]]
before = "return size <= LIMITS[endpoint]"
after = ["return size < LIMITS[endpoint]", ""]
why = "Nobody looks."
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of one solution."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / f"{FITS.lesson}.py").write_text(SOURCE, "utf-8")
    return tmp_path


def _listed(root: Path, text: str) -> list[Equivalent]:
    (root / FILE).parent.mkdir(parents=True)
    (root / FILE).write_text(text, "utf-8")
    return read_equivalents(root)


def test_mutants(root: Path) -> None:
    """Each change of the last definition, with its line: not its docstring, its annotations or the cells around it."""
    assert list(map(str, mutants_of(FITS, root))) == [
        "solutions/05_errors.py:12  statement_dropped  size: int = len(payload)  ->  pass",
        "solutions/05_errors.py:12  assignment  size: int = len(payload)  ->  size: int = None",
        "solutions/05_errors.py:12  arg_removal  size: int = len(payload)  ->  size: int = len(None)",
        "solutions/05_errors.py:13  statement_dropped  return size <= LIMITS[endpoint]  ->  pass",
        "solutions/05_errors.py:13  result_lost  return size <= LIMITS[endpoint]  ->  return None",
        "solutions/05_errors.py:13  swap_op  return size <= LIMITS[endpoint]  ->  return size < LIMITS[endpoint]",
    ]


def test_source(root: Path) -> None:
    """A mutant is the whole lesson, and differs in its own line alone."""
    for mutant in mutants_of(FITS, root):
        pairs = zip(SOURCE.splitlines(), mutant.source.splitlines(), strict=True)
        changed = [number for number, (old, new) in enumerate(pairs, 1) if old != new]
        assert changed == [mutant.line]


def test_sample(root: Path) -> None:
    """One in so many, always the same."""
    every = list(mutants_of(FITS, root))
    assert list(mutants_of(FITS, root, 3)) == every[1::3]


def test_no_solution(root: Path) -> None:
    """A lesson that is not there, or does not define it, is said to be."""
    with pytest.raises(CourseError, match=r"05_errors\.py holds no solution of call_once"):
        list(mutants_of(exercise_named("call_once"), root))
    with pytest.raises(CourseError, match=r"06_retries\.py is not there"):
        list(mutants_of(exercise_named("patient"), root))


def test_equivalents(root: Path) -> None:
    """An entry stands for the same change of the same exercise, wherever that stands."""
    first, second = _listed(root, LISTED)
    mutant = list(mutants_of(FITS, root))[-1]
    assert first.is_made_by(replace(mutant, line=mutant.line + 7))
    assert not first.is_made_by(replace(mutant, exercise=exercise_named("call_once")))
    assert not first.is_made_by(replace(mutant, after="return size == LIMITS[endpoint]"))
    assert (first.why, str(second)) == ("Nobody looks.", "return size <= LIMITS[endpoint]  ->  (nothing)")


def test_no_equivalents(root: Path) -> None:
    """Where nothing is listed there need be no list."""
    assert read_equivalents(root) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[fits]]", "[[fitz]]", "did you mean fits?"),
        ("[[fits]]", "[[fits", "is not TOML"),
        ("[[fits]]", "[fits]", "An entry of fits"),
        ('why = "Nobody looks."', "", "An entry of fits"),
        ("Nobody looks.", " ", "and why"),
        ('["return size < LIMITS[endpoint]", ""]', '"pass"', "An entry of fits"),
        ('["return size < LIMITS[endpoint]", ""]', "[]", "without saying what is right besides"),
    ],
)
def test_malformed(root: Path, old: str, new: str, said: str) -> None:
    """What is not as it should be is said to be."""
    with pytest.raises(CourseError, match=said.replace("?", "[?]")):
        _listed(root, LISTED.replace(old, new))
