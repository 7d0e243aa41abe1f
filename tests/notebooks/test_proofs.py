"""The course proves itself: what `course check` prints, one test for each line."""

import pytest

from helpers.proofs import format_report, prove
from helpers.proofs.proof import Proof

from .conftest import ROOT

REPORT = prove(ROOT)


@pytest.mark.parametrize(
    "proof",
    [*REPORT.rows, *REPORT.lessons, *REPORT.exercises, *REPORT.files],
    ids=lambda proof: str(proof.subject),
)
def test_proof(proof: Proof) -> None:
    """Nothing is missing."""
    assert proof.missing == ()


def test_report() -> None:
    """Every row is in the report, with what covers it."""
    text = format_report(REPORT)
    assert all(proof.subject in text and proof.found in text for proof in REPORT.rows)
