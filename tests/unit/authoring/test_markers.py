import pytest

from helpers.authoring.cells import LineError
from helpers.authoring.markers import Region, find_regions, refuse_markers, replace_regions


def test_region() -> None:
    """A region is its two marker lines and their indentation."""
    lines = ["def f():", "    ### BEGIN SOLUTION", "    return 1", "    ### END SOLUTION"]
    assert find_regions(lines) == [Region(1, 3, "    ")]


def test_replaced() -> None:
    """Every solution becomes the two lines of the stub, at its own indentation; the rest stays."""
    source = """\
class Bot:
    def f(self) -> int:
        ### BEGIN SOLUTION
        if self:
            return 1
        return 2
        ### END SOLUTION

    # between

    def g(self) -> int:
        ### BEGIN SOLUTION
        return 3
        ### END SOLUTION
### BEGIN SOLUTION
Bot()
### END SOLUTION
print()"""
    assert (
        replace_regions(source)
        == """\
class Bot:
    def f(self) -> int:
        # Write your code here.
        ...

    # between

    def g(self) -> int:
        # Write your code here.
        ...
# Write your code here.
...
print()"""
    )


@pytest.mark.parametrize(
    "comment",
    [
        "# the solution",
        "# a solution to that",
        "# in the end the solution holds",
        "x = 1  # begin",
        "# %% Solution",
        "'end'",
    ],
)
def test_prose(comment: str) -> None:
    """A comment that speaks of solutions is no marker."""
    assert find_regions([comment]) == []
    assert replace_regions(comment) == comment


@pytest.mark.parametrize(
    "text",
    [
        "## BEGIN SOLUTION",
        "# BEGIN SOLUTION",
        "###BEGIN SOLUTION",
        "### BEGIN SOLUTON",
        "### BEGINN SOLUTION",
        "### begin solution",
        "### BEGIN SOLUTIONS",
        "### BEGIN_SOLUTION",
        "### BEGINSOLUTION",
        "### BEGIN SOLUTION:",
        "### BEGIN THE SOLUTION",
        "### START SOLUTION",
        "x = 1  ### BEGIN SOLUTION",
    ],
)
def test_misspelt(text: str) -> None:
    """What resembles a marker is refused, with the marker that was meant."""
    with pytest.raises(LineError, match=r'did you mean "### BEGIN SOLUTION", alone on its line\?') as caught:
        find_regions(["def f():", f"    {text}"], first_line=7)
    assert caught.value.line == 8
    with pytest.raises(LineError, match='did you mean "### END SOLUTION"'):
        find_regions([text.replace("BEGIN", "END").replace("begin", "end").replace("START", "STOP")])


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        (
            ["### BEGIN SOLUTION", "x = 1"],
            10,
            '"### BEGIN SOLUTION" is not closed in its cell: write "### END SOLUTION" below the solution\'s last line.',
        ),
        (
            ["x = 1", "### END SOLUTION"],
            11,
            '"### END SOLUTION" closes nothing: write "### BEGIN SOLUTION" above the solution\'s first line.',
        ),
        (
            ["### BEGIN SOLUTION", "x = 1", "### BEGIN SOLUTION", "### END SOLUTION"],
            12,
            '"### BEGIN SOLUTION" inside the solution that begins in line 10: close that one first.',
        ),
        (
            ["def f():", "    ### BEGIN SOLUTION", "    return 1", "### END SOLUTION"],
            13,
            '"### END SOLUTION" is not indented like its "### BEGIN SOLUTION" in line 11: align the two.',
        ),
    ],
    ids=["unclosed", "unopened", "nested", "askew"],
)
def test_malformed(lines: list[str], line: int, sentence: str) -> None:
    """A malformed marker is named with its line and how to mend it."""
    with pytest.raises(LineError) as caught:
        find_regions(lines, first_line=10)
    assert (caught.value.line, caught.value.sentence) == (line, sentence)


def test_in_prose() -> None:
    """A marker in a markdown cell is refused."""
    refuse_markers(["# Begin with the solution of the lesson before."])
    with pytest.raises(LineError, match="in a markdown cell does nothing: move it into a code cell") as caught:
        refuse_markers(["# prose", "# ### BEGIN SOLUTION"], first_line=3)
    assert caught.value.line == 4


def test_typescript() -> None:
    """In TypeScript the markers stand in its comments, and the stub is one that throws."""
    source = """\
%%typescript double
export async function double(n: number): Promise<number> {
  // ### BEGIN SOLUTION
  return 2 * n;
  // ### END SOLUTION
}"""
    assert (
        replace_regions(source)
        == """\
%%typescript double
export async function double(n: number): Promise<number> {
  // Write your code here.
  throw new Error("not written yet");
}"""
    )
