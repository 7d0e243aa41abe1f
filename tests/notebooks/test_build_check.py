from helpers.authoring.building import build
from helpers.authoring.report import format_report

from .conftest import ROOT


def test_up_to_date() -> None:
    """Built anew, every notebook is the one that is stored, byte for byte."""
    report = build(None, ROOT, check=True)
    assert report.is_clean, format_report(report)
