import copy
from collections.abc import Sequence
from typing import Any

import pytest
from nbformat import NotebookNode, from_dict

from helpers.authoring.cells import CellError
from helpers.authoring.transformations import (
    LEARNER,
    SOLUTION,
    apply,
    clear_outputs,
    describe_learner,
    describe_solution,
    drop_solution_only_cells,
    drop_widget_views,
    hand_out_given,
    keep_only_tags,
    merge_streams,
    refuse_machine_details,
    replace_solutions,
    shorten_tracebacks,
)

FUNCTION = "def f() -> int:\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"


def code(source: str = "", outputs: Sequence[Any] = (), **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "code",
        "source": source,
        "outputs": list(outputs),
        "execution_count": 1,
        "metadata": metadata,
    }


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "prose", "source": source, "metadata": {}}


def stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def display(**data: Any) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {key.replace("_", "/"): value for key, value in data.items()},
        "metadata": {},
    }


def notebook(*cells: dict[str, Any]) -> NotebookNode:
    made: NotebookNode = from_dict({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})  # type: ignore[no-untyped-call]
    return made


def test_solutions_replaced() -> None:
    """The stub stands where the solution stood; prose stays."""
    replaced = replace_solutions(notebook(markdown("text"), code(FUNCTION)))
    assert [cell.source for cell in replaced.cells] == ["text", "def f() -> int:\n    # Write your code here.\n    ..."]


def test_await_in_stub() -> None:
    """A cell may await at its top level, as notebooks do."""
    source = "await f()\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    assert "..." in replace_solutions(notebook(code(source))).cells[0].source


def test_broken_stub() -> None:
    """A cell that is no Python without its solution is refused."""
    source = "### BEGIN SOLUTION\nif True:\n### END SOLUTION\n    x = 1"
    with pytest.raises(CellError, match=r"is no Python \(unexpected indent\): put the markers around whole statements"):
        replace_solutions(notebook(code(source)))


def test_solution_only() -> None:
    """A cell tagged `solution-only` is left out."""
    kept = drop_solution_only_cells(notebook(code("a", tags=["solution-only"]), code("b", tags=["other"])))
    assert [cell.source for cell in kept.cells] == ["b"]


def test_given_handed_out() -> None:
    """Learners get what was given where the repaired code stands; the solution keeps its own."""
    cells = code("x = 1", tags=["given"]), code("y = 2"), code("x = 2", tags=["repair"])
    handed = hand_out_given(notebook(*cells))
    assert [cell.source for cell in handed.cells] == ["x = 1", "y = 2", "# Repair this code.\nx = 1"]


def test_nothing_given() -> None:
    """A cell that repairs nothing is refused."""
    with pytest.raises(CellError, match='tag a cell above this one "given"'):
        hand_out_given(notebook(code("x = 2", tags=["repair"]), code("x = 1", tags=["given"])))


def test_outputs_cleared() -> None:
    """No outputs and no execution counts."""
    cell = clear_outputs(notebook(code("a", [stream("stdout", "x")]))).cells[0]
    assert (cell.outputs, cell.execution_count) == ([], None)


def test_cell_metadata() -> None:
    """Of a cell's metadata only tags stay."""
    kept = keep_only_tags(notebook(code(tags=["raises-exception"], lines_to_next_cell=2), code(execution={"shell": 1})))
    assert [cell.metadata for cell in kept.cells] == [{"tags": ["raises-exception"]}, {}]


def test_streams_merged() -> None:
    """Streams in a row become one each, stdout first; what was shown between them stays between them."""
    outputs = [
        stream("stderr", "e"),
        stream("stdout", "a"),
        stream("stdout", "b"),
        display(text_plain="1"),
        display(text_plain="2"),
        stream("stdout", "c"),
    ]
    merged = merge_streams(notebook(code("", outputs))).cells[0].outputs
    assert [output.get("text") or output.data["text/plain"] for output in merged] == ["ab", "e", "1", "2", "c"]


def test_widget_views_dropped() -> None:
    """A widget's view goes, the text that describes it stays."""
    view = display(text_plain="Dropdown()")
    view["data"]["application/vnd.jupyter.widget-view+json"] = {"model_id": "f00"}
    (output,) = (
        drop_widget_views(
            notebook(
                code(
                    "",
                    [
                        view,
                    ],
                )
            )
        )
        .cells[0]
        .outputs
    )
    assert output.data == {"text/plain": "Dropdown()"}


def test_tracebacks_shortened() -> None:
    """Of a traceback the exception stays."""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["File /home/me/x.py", "…"]}
    (output,) = shorten_tracebacks(notebook(code("", [error]))).cells[0].outputs
    assert output.traceback == ["ValueError: no"]


@pytest.mark.parametrize(
    ("output", "found"),
    [
        (stream("stdout", "<object object at 0x7f3a>"), "0x7f3a"),
        (display(text_plain="in /tmp/ipykernel_123/4.py"), "ipykernel_123"),
        (display(text_html='<a href="/srv/course/x">x</a>'), "/srv/course"),
        (display(application_json={"paths": ["C:\\course\\x"]}), r"C:\course"),
        (display(**{"image_svg+xml": "<title>/srv/course</title>"}), "/srv/course"),
    ],
    ids=["address", "process", "path", "path in JSON", "path in SVG"],
)
def test_machine_details(output: dict[str, Any], found: str) -> None:
    """What differs on another machine or in another run is refused, and named."""
    with pytest.raises(CellError) as caught:
        refuse_machine_details(["/srv/course", "C:\\course"])(notebook(markdown("x"), code("", [output])))
    assert caught.value.cell_id == "code"
    assert caught.value.sentence.startswith(f'an output of this cell holds "{found}", ')


@pytest.mark.parametrize(
    "output",
    [
        stream("stdout", "https://example.com/srv/course, /srv/courses, 0x7f3a"),
        display(image_png="/srv/course"),
    ],
    ids=["part of a word", "base64"],
)
def test_no_machine_details(output: dict[str, Any]) -> None:
    """What only looks like a path of this machine passes."""
    made = notebook(code("", [output]))
    assert refuse_machine_details(["/srv/course"])(made) == made


def test_metadata() -> None:
    """Both name the kernel; the solution is paired with its source, the learner's notebook holds the digest instead."""
    solution, learner = (describe(notebook(code("x"))).metadata for describe in (describe_solution, describe_learner))
    assert solution.kernelspec.name == learner.kernelspec.name == "python3"
    assert "version" not in solution.language_info
    assert solution.jupytext.formats == "ipynb,py:percent"
    assert "jupytext" not in learner
    assert list(learner.course) == ["source_digest"]


@pytest.mark.parametrize("transform", [*LEARNER, *SOLUTION], ids=lambda transform: str(transform.__name__))
def test_pure(transform: Any) -> None:
    """A transformation leaves the notebook it is given as it is."""
    given = notebook(
        markdown("x"),
        code(FUNCTION, [stream("stdout", "a"), stream("stdout", "b"), display(text_plain="1")], tags=["a"], other=1),
        code("b", [{"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["t"]}], tags=["solution-only"]),
        code("x = 1", tags=["given"]),
        code("x = 2", tags=["repair"]),
    )
    given.cells[1].outputs[2].data["application/vnd.jupyter.widget-view+json"] = {}
    before = copy.deepcopy(given)
    assert transform(given) != before
    assert given == before


def test_learner() -> None:
    """The pipeline leaves no trace of the solution."""
    learner = apply(LEARNER, notebook(code(FUNCTION, [stream("stdout", "1")]), code("f()", tags=["solution-only"])))
    assert "SOLUTION" not in str(learner)
    assert "return 1" not in str(learner)
