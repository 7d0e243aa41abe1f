"""`%%typescript` in a shell: what it says, and what it binds."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from helpers.typescript import load_ipython_extension, magic
from helpers.typescript.functions import SOURCE


@pytest.fixture
def shell() -> InteractiveShell:
    """A shell with the magic."""
    shell = InteractiveShell()  # type: ignore[no-untyped-call]
    load_ipython_extension(shell)
    return shell


def run(shell: InteractiveShell, source: str) -> bool:
    """Whether the cell ran to its end."""
    return bool(shell.run_cell(source).success)  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("needs_node")
def test_binds(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """The functions that the cell exports."""
    run(shell, "%%typescript double\nexport async function double(n: number) { return 2 * n; }\n")
    assert capsys.readouterr().out == "The types fit. From here on, Python can call: double\n"
    assert shell.user_ns["double"](21) == 42
    assert "2 * n" in getattr(shell.user_ns["double"], SOURCE)


@pytest.mark.usefixtures("needs_node")
def test_types_do_not_fit(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is the one that a learner counts in the cell, the magic's being the first."""
    run(shell, '%%typescript f\nexport async function f() {\n  const n: number = "one";\n}\n')
    assert capsys.readouterr().out == (
        "line 3: Type 'string' is not assignable to type 'number'. (TS2322)\n"
        '      const n: number = "one";\n'
        "            ^\n"
    )


def test_without_node(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence, and a function that says it again: the rest of the notebook runs."""
    monkeypatch.setattr(magic, "problem", lambda: "There is no Node.")
    assert run(shell, "%%typescript f\nexport async function one() {}\nexport function two() {}\n")
    assert capsys.readouterr().out == "There is no Node.\n"
    for name in ("f", "one", "two"):
        assert run(shell, name)
        assert not run(shell, f"{name}()")


def test_unnamed(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """A module has a name."""
    assert not run(shell, "%%typescript\nexport const one = 1;\n")
    assert "Name the function after" in capsys.readouterr().out
