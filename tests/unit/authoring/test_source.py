import re
from pathlib import Path

import pytest

from helpers.authoring.source import Lesson, read_lesson
from helpers.errors import CourseError

from .conftest import SOURCE, WriteLesson


def read(text: str, write_lesson: WriteLesson) -> Lesson:
    path = write_lesson(text=text)
    return read_lesson(path, path.parents[1])


def test_lines(write_lesson: WriteLesson) -> None:
    """Every cell knows the line where it starts."""
    lesson = read(SOURCE, write_lesson)
    assert lesson.name == "08_midstream"
    assert lesson.source == "solutions/08_midstream.py"
    assert [lesson.lines[cell.id] for cell in lesson.notebook.cells] == [1, 4, 12, 20]


def test_header(write_lesson: WriteLesson) -> None:
    """A jupytext header is no cell."""
    lesson = read(
        "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n# ---\n\n# %%\nx = 1\n", write_lesson
    )
    assert list(lesson.lines.values()) == [7]


def test_ids(write_lesson: WriteLesson) -> None:
    """Cell ids come from the place alone: two readings agree, two lessons and two cells don't."""
    first, again = read(SOURCE, write_lesson), read(SOURCE, write_lesson)
    other = read_lesson(write_lesson("09_logging"), write_lesson().parents[1])
    assert first.lines == again.lines
    assert len({*first.lines, *other.lines}) == 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "# %%\n### BEGIN SOLUTION\nx = 1\n\n# %% [markdown]\n# ### END SOLUTION\n",
            'solutions/08_midstream.py:2: "### BEGIN SOLUTION" is not closed in its cell: '
            'write "### END SOLUTION" below the solution\'s last line.',
        ),
        (
            "# %%\nx = 1\n\n\n# %% [markdown]\n#\n# ### END SOLUTION\n",
            "solutions/08_midstream.py:7: a solution marker in a markdown cell does nothing: move it into a code cell.",
        ),
        (
            "# %%\n\n## BEGIN SOLUTION\n",
            'solutions/08_midstream.py:3: "## BEGIN SOLUTION" is not a solution marker '
            '(did you mean "### BEGIN SOLUTION", alone on its line?).',
        ),
        (
            "# %%\nx = 1\n#%%\ny = 2\n",
            'solutions/08_midstream.py:3: "#%%" does not start a cell: '
            'write "# %%" and a space at the start of the line.',
        ),
        (
            "x = 1\n\n# %%\ny = 2\n",
            'solutions/08_midstream.py:1: "# %%" stands 1 times, for 2 cells: '
            'write nothing but a header above the first "# %%", and no "# %%" inside a string.',
        ),
        (
            '# %%\ntext = """\n# %%\n"""\n',
            'solutions/08_midstream.py:1: "# %%" stands 2 times, for 1 cells: '
            'write nothing but a header above the first "# %%", and no "# %%" inside a string.',
        ),
    ],
    ids=["unclosed", "in markdown", "misspelt", "no cell", "above", "in a string"],
)
def test_malformed(text: str, message: str, write_lesson: WriteLesson) -> None:
    """A malformed source is refused with file, line and how to mend it."""
    with pytest.raises(CourseError, match=f"^{re.escape(message)}$"):
        read(text, write_lesson)


@pytest.mark.parametrize("text", ["# ---\n# jupyter:\n#   jupytext: 3\n# ---\n\n# %%\nx = 1\n", "# %% tags=3\nx = 1\n"])
def test_unreadable(text: str, write_lesson: WriteLesson) -> None:
    """What jupytext can't read is said in a sentence with the file's name."""
    with pytest.raises(CourseError, match=r"^solutions/08_midstream\.py:1: jupytext cannot read the file \("):
        read(text, write_lesson)


@pytest.mark.parametrize("tag", ["solution_only", "solutions-only", "Solution-Only"])
def test_misspelt_tag(tag: str, write_lesson: WriteLesson) -> None:
    """A tag that only resembles `solution-only` would hand the cell to the learner: it is refused."""
    message = f'^solutions/08_midstream.py:4: "{tag}" is not a known tag \\(did you mean "solution-only"'
    with pytest.raises(CourseError, match=message):
        read(f'# %%\nx = 1\n\n# %% tags=["raises-exception", "{tag}"]\ny = 2\n', write_lesson)


def test_unreadable_tags(write_lesson: WriteLesson) -> None:
    """Tags without quotes are refused, with the form they should have."""
    with pytest.raises(
        CourseError, match=r"^solutions/08_midstream\.py:1: the cell's tags cannot be read: write them as "
    ):
        read("# %% tags=[solution-only]\nx = 1\n", write_lesson)


def test_not_utf_8(write_lesson: WriteLesson) -> None:
    """A source in another encoding is refused with the place of the first bad byte."""
    path: Path = write_lesson()
    path.write_bytes("# %%\n# Grüße\n".encode("latin-1"))
    with pytest.raises(CourseError, match=r"^solutions/08_midstream\.py: byte 9 is not UTF-8"):
        read_lesson(path, path.parents[1])


TYPESCRIPT = """\
# %% magic_args="double" language="typescript"
# export async function double(n: number): Promise<number> {
#   // ### BEGIN SOLUTION
#   return 2 * n;
#   // ### END SOLUTION
# }
"""


def test_typescript(write_lesson: WriteLesson) -> None:
    """A cell of TypeScript is a comment in the source, and begins with its magic in the notebook."""
    (cell,) = read(TYPESCRIPT, write_lesson).notebook.cells
    assert cell.source.splitlines()[:2] == [
        "%%typescript double",
        "export async function double(n: number): Promise<number> {",
    ]
    assert dict(cell.metadata) == {}


def test_typescript_marker(write_lesson: WriteLesson) -> None:
    """Its markers are refused as Python's are, with their line."""
    with pytest.raises(CourseError, match=re.escape('08_midstream.py:3: "### BEGIN SOLUTION" is not closed')):
        read(TYPESCRIPT.replace("#   // ### END SOLUTION\n", ""), write_lesson)
