"""Grades a learner's notebooks in Classroom 50: copy this file to CLASSROOM/autograders/ASSIGNMENT/autograder.py in
your organisation's classroom50 repository, and fill in the three names below.

What is the learner's, and what is the base's. Of the learner's checkout only the notebooks are read: as text, in
processes of their own. Code, checks and lock come from REPOSITORY at REF, a public copy of the course: name a commit
there that no learner can move. Nothing is run with the checkout as its folder, where a file of the learner's could
stand in for a module, and its own `result.json` and `release-body.md` are thrown away before anything else.

What this cannot prevent. Classroom 50 grades in the learner's own repository. Who may write there may change
.github/workflows/autograde.yaml, or publish a release with any result.json: it takes the points of that, as long as
classroom, assignment and owner fit. A ruleset that keeps learners from .github/ and from releases prevents it. Give
the marks that count with `course grade-class` on a machine of yours.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = "https://github.com/OWNER/REPO"
REF = "main"
LESSONS: list[str] = []
"""Such as ["06_retries"]. None: the whole course."""
WRITTEN = {"--classroom50": "result.json", "--markdown": "release-body.md"}


def install(folder: Path) -> Path:
    """The course's command. Raises `CalledProcessError` when it cannot be installed."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    subprocess.run(["git", "fetch", "--quiet", "--depth=1", REPOSITORY, REF], cwd=folder, check=True)
    subprocess.run(["git", "checkout", "--quiet", "FETCH_HEAD"], cwd=folder, check=True)
    subprocess.run(["make", "install", f"PYTHON={sys.executable}"], cwd=folder, check=True)
    # Ubuntu forbids namespaces to ordinary users, and a guard alone is for people one trusts: nothing is graded then.
    allowed = "kernel.apparmor_restrict_unprivileged_userns=0"
    subprocess.run(["sudo", "-n", "sysctl", "--ignore", "--quiet", "--write", allowed], cwd=folder, check=False)
    return folder / ".venv" / "bin" / "course"


def main(checkout: Path) -> int:
    """0 when it was graded, whatever the points; else 1, which Classroom 50 shows as an error and not as no points."""
    for name in WRITTEN.values():
        place = checkout / name
        shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=os.environ.get("RUNNER_TEMP")) as scratch:
        folder = Path(scratch)
        command = [str(install(folder / "course")), "grade", str(checkout), "--isolation", "namespaces"]
        command += [word for lesson in LESSONS for word in ("--lesson", lesson)]
        command += [word for option, name in WRITTEN.items() for word in (option, str(folder / name))]
        graded = subprocess.run(command, cwd=folder, check=False).returncode in (0, 1)
        for name in WRITTEN.values() if graded else ():
            shutil.move(folder / name, checkout / name)
    return 0 if graded else 1


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
