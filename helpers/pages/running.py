"""Running a lesson's notebook as it is handed out: nothing solved, nothing passed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from helpers.authoring.building import machine_folders, to_bytes
from helpers.authoring.kernel import execute
from helpers.authoring.source import Lesson
from helpers.authoring.transformations import LEARNER, OUTPUTS, apply, refuse_machine_details


async def run_as_handed_out(lesson: Lesson, root: Path) -> NotebookNode:
    """The learner's notebook of `lesson` with what its cells show. Raises `CellError` when one of them raises."""
    notebook = apply(LEARNER, lesson.notebook)
    # Elsewhere than in the course's own folder, where somebody may have passed exercises.
    with TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        executed = await execute(notebook, _hand_out(notebook, lesson.name, Path(folder)))
    return apply([*OUTPUTS, refuse_machine_details([folder, *machine_folders(root)])], executed)


def _hand_out(notebook: NotebookNode, name: str, folder: Path) -> Path:
    (folder / f"{name}.ipynb").write_bytes(to_bytes(notebook))
    return folder
