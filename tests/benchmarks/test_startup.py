"""What starting costs is measured on what learners start."""

import re

from click.testing import CliRunner

from tests.benchmarks import startup


def test_first_cells() -> None:
    """One round of first cells, in real kernels."""
    result = CliRunner().invoke(startup.main, ["--imports", "0", "--first-cells", "1", "--rounds", "0"])
    assert result.exit_code == 0, result.output
    assert re.search(r"import anthropic +\S+ s +1\.00\n +the first cell +\S+ s ", result.output)


def test_same_in_every_lesson() -> None:
    """What is measured as the first cell is the first cell of each lesson."""
    assert startup.lessons()
    for file in startup.lessons().values():
        code = [cell.source for cell in startup.read(file).cells if cell.cell_type == "code"]
        assert code[0].startswith(startup.IMPORTS), file.stem


def test_medians() -> None:
    """Each is taken once in a round, one round forwards and the next backwards; ratios are those of the medians."""
    order: list[str] = []

    def contender(name: str, *seconds: float) -> startup.Contender:
        given = iter(seconds)

        def take() -> startup.Took:
            order.append(name)
            return startup.Took(next(given), 1.0)

        return take

    took = startup.interleaved({"floor": contender("floor", 2, 9, 2), "ours": contender("ours", 3, 3, 8)}, 3)
    assert order == ["floor", "ours", "ours", "floor", "floor", "ours"]
    assert [line.split() for line in startup.table("both", took, 1.5)][1:] == [
        ["floor", "2.000", "s", "1.00"],
        ["ours", "3.000", "s", "1.50"],
    ]
