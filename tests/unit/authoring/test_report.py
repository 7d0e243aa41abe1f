from helpers.authoring.report import Backup, BuildReport, Problem, format_report


def test_build() -> None:
    """After a build: the copies that were made, the files written, and a count."""
    report = BuildReport(
        ("00_a", "01_b"),
        written=("notebooks/00_a.ipynb",),
        unchanged=("solutions/00_a.ipynb",),
        backups=(Backup("notebooks/00_a.ipynb", "notebooks/backups/00_a.1.ipynb"),),
    )
    assert format_report(report).splitlines() == [
        "notebooks/00_a.ipynb was edited: what it held is now in notebooks/backups/00_a.1.ipynb.",
        "wrote notebooks/00_a.ipynb",
        "2 lessons: 1 file written, 1 unchanged.",
    ]


def test_clean_check() -> None:
    """After a check that found nothing: one line."""
    assert format_report(BuildReport(("00_a",), checked_only=True)) == "1 lesson: every derived file is up to date."


def test_stale() -> None:
    """A stale file is named with its reason and the command that mends it."""
    report = BuildReport(("00_a",), checked_only=True, problems=(Problem("x.ipynb", "stale", "cell 1 is new"),))
    assert format_report(report).splitlines() == [
        "x.ipynb is stale: cell 1 is new.",
        "1 lesson: 1 derived file to mend: run `course build`.",
    ]
    assert not report.is_clean


def test_orphaned() -> None:
    """Building mends no orphan: it is the author's to delete."""
    problems = (Problem("x.ipynb", "orphaned", "there is no solutions/x.py"),)
    assert format_report(BuildReport(("00_a",), checked_only=True, problems=problems)).endswith(
        "delete what is orphaned."
    )
