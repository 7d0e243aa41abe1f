"""Mutation as a proof: what survives is named, what may is listed, and enough has to be killed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from helpers.calling.exercise import Exercise
from helpers.cli import main
from helpers.grading.nursery import Nursery
from helpers.lessons.found import EXERCISES, exercise_named
from helpers.proofs import fates, survival
from helpers.proofs.equivalents import Equivalent, read_equivalents
from helpers.proofs.fates import Court, Fate, fate
from helpers.proofs.mutants import Mutant, mutants_of, solution_of
from helpers.proofs.survival import format_survival, prove_mutants, survival_of

ROOT: Final = Path(__file__).parents[3]
FITS: Final = exercise_named("fits")
EVERY: Final = 90
"""A sample of one mutant in so many: a few seconds instead of minutes."""
MOST_ALIVE: Final = 2
"""Of the some sixteen in the sample: among them may be some of the few that may survive in the whole."""


class Decided(Court):
    """A court whose fates are decided by what a source contains."""

    def __init__(self, fates: dict[str, Fate]) -> None:
        self._fates = fates

    def __enter__(self) -> "Decided":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was begun."""

    def fates(self, exercise: Exercise, sources: Iterable[str]) -> Iterator[Fate]:
        for source in sources:
            yield next((fate for text, fate in self._fates.items() if text in source), "killed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with one solution, which has five mutants."""
    for name in ("solutions", "notebooks", "helpers/lessons", "tests/attempts"):
        (tmp_path / name).mkdir(parents=True)
    code = "def fits(endpoint, payload):\n    return len(payload) <= LIMITS[endpoint]\n"
    (tmp_path / "solutions" / f"{FITS.lesson}.py").write_text(code, "utf-8")
    return tmp_path


OURS: Final[dict[str, Fate]] = {"return len(payload) <= LIMITS": "survived"}
LESS: Final[dict[str, Fate]] = {"return len(payload) < LIMITS": "survived"}
LISTED: Final = Equivalent(
    "fits", "return len(payload) <= LIMITS[endpoint]", "return len(payload) < LIMITS[endpoint]", "Nobody looks."
)


def test_all_killed(root: Path) -> None:
    """Where our solution alone survives, the proof holds, and there is nothing to add to the figures."""
    found = survival_of(FITS, root, [], Decided(OURS))
    assert found.holds
    assert format_survival(found) == f"✓ {'05_errors, fits':<36}  4 of 4 killed, 0 listed (100.0%)"


def test_survivor(root: Path) -> None:
    """A mutant that survives is named with its place, and what was changed into what."""
    found = survival_of(FITS, root, [], Decided(OURS | LESS))
    assert not found.holds
    assert format_survival(found).splitlines() == [
        f"✗ {'05_errors, fits':<36}  3 of 4 killed, 0 listed (75.0%)",
        f"    survived: solutions/05_errors.py:2  swap_op  {LISTED}",
    ]


def test_listed(root: Path) -> None:
    """A mutant that may survive counts as one that was killed."""
    found = survival_of(FITS, root, [LISTED], Decided(OURS | LESS))
    assert found.holds
    assert "3 of 4 killed, 1 listed (100.0%)" in format_survival(found)


def test_stale(root: Path) -> None:
    """An entry that no survivor makes has to go, whether its mutant was killed or there is none."""
    found = survival_of(FITS, root, [LISTED], Decided(OURS))
    assert not found.holds
    assert format_survival(found).splitlines()[1:] == [f"    listed, but no mutant survives so: {LISTED}"]


def test_broken_checker(root: Path) -> None:
    """A mutant that the checker stumbles over is not killed, and being listed is no excuse."""
    broken: dict[str, Fate] = dict.fromkeys(LESS, "broke the checker")
    found = survival_of(FITS, root, [LISTED], Decided(OURS | broken))
    assert not found.holds
    assert f"    broke the checker: solutions/05_errors.py:2  swap_op  {LISTED}" in format_survival(found)


def test_wrong_solution(root: Path) -> None:
    """Where our solution itself does not pass, that its mutants do not either proves nothing."""
    found = survival_of(FITS, root, [], Decided({}))
    assert not found.holds
    assert "    our solution: killed" in format_survival(found)


@pytest.mark.parametrize(("decided", "code"), [(OURS, 0), (OURS | LESS, 1)])
def test_command(root: Path, monkeypatch: pytest.MonkeyPatch, decided: dict[str, Fate], code: int) -> None:
    """`course check --mutants` says what was found, and exits with 1 when that is not enough."""
    monkeypatch.chdir(root)
    monkeypatch.setattr(survival, "Court", lambda: Decided(decided))
    result = CliRunner().invoke(main, ["check", "--mutants", "fits"])
    assert result.exit_code == code, result.output
    assert f"Killed or listed: {4 - code} of 4 mutants" in result.output
    assert CliRunner().invoke(main, ["check", "--mutants", "fitz"]).exit_code == 2


def test_whole_course(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All together have to be better than each has to be."""
    monkeypatch.setattr(survival, "Court", lambda: Decided(OURS | LESS))
    monkeypatch.setattr(survival, "EXERCISES", {"fits": FITS})
    monkeypatch.setattr(survival, "LEAST_OF_ONE", 0.7)
    said: list[str] = []
    assert prove_mutants(["fits"], root, said.append)
    assert not prove_mutants([], root, said.append)
    assert said[-1] == "Killed or listed: 3 of 4 mutants (75.0%)."


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all: it takes as long as importing the SDK."""
    with Nursery() as kept:
        yield kept


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "return len(json.dumps(payload, ensure_ascii=False, separators=(',', ':')).encode()) <= LIMITS[endpoint]",
            "survived",
        ),
        ("return True", "killed"),
        ("raise SystemExit", "killed"),
        ("import os; os._exit(0)", "killed"),
        ("return len(bytearray(10**12)) <= 0", "killed"),
        ("...", "killed"),
        ("return nothing", "killed"),
    ],
)
def test_fates(nursery: Nursery, body: str, expected: Fate) -> None:
    """Only what passes survives, and whoever judges survives everything."""
    head = "import json\nfrom helpers.facts.limits import LIMITS\n"
    assert fate(FITS, f"{head}def fits(endpoint, payload):\n    {body}\n", nursery) == expected


def test_court(monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own too, each source has its own fate, in the order of the sources."""
    monkeypatch.setattr(fates, "usable", lambda: [0])
    with Court() as court:
        sources = ["def fits(endpoint, payload): return True\n", solution_of(FITS, ROOT)]
        assert list(court.fates(FITS, sources)) == ["killed", "survived"]


def test_sample_is_noticed(nursery: Nursery) -> None:
    """Of the mutants of the whole course a sample is judged here; `course check --mutants` takes them all."""
    listed = read_equivalents(ROOT)
    sample = [mutant for exercise in EXERCISES.values() for mutant in mutants_of(exercise, ROOT, EVERY)]
    alive = [one for one in sample if not any(entry.is_made_by(one) for entry in listed) and _survives(one, nursery)]
    assert len(alive) <= MOST_ALIVE < len(sample), "\n".join(map(str, alive))


def _survives(mutant: Mutant, nursery: Nursery) -> bool:
    return fate(mutant.exercise, mutant.source, nursery) != "killed"


def test_list_is_of_this_course() -> None:
    """What an entry says is changed stands in the solution. Whether such a mutant survives, the command says."""
    for entry in read_equivalents(ROOT):
        source = " ".join(solution_of(exercise_named(entry.exercise), ROOT).split())
        assert entry.before in source, entry
