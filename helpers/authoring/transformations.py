"""From the lesson's notebook to its two derived ones, in small steps. The lists at the end are the pipelines."""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from nbformat import NotebookNode, from_dict

from helpers.authoring.cells import (
    GIVEN,
    REPAIR,
    SOLUTION_ONLY,
    CellError,
    Transformation,
    is_code,
    is_typescript,
    tags,
)
from helpers.authoring.digest import source_digest
from helpers.authoring.markers import TO_REPAIR, replace_regions

_WIDGET_VIEW: Final = "application/vnd.jupyter.widget-view+json"
_DETAILS: Final = (
    (re.compile(r"(?<= at )0x[0-9a-fA-F]+"), "an address that differs in every run: show a value instead"),
    (re.compile(r"\bipykernel_\d+"), "a process id that differs in every run: show no path of the kernel's"),
)

# No versions: they would change with every update of a tool, and with the machine that builds.
_PYTHON: Final = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
# Opened in JupyterLab, a solution's notebook saves its source too, without a header.
_PAIRED: Final = {
    "formats": "ipynb,py:percent",
    "cell_metadata_filter": "tags,-all",
    "notebook_metadata_filter": "-all",
}


def replace_solutions(notebook: NotebookNode) -> NotebookNode:
    """The stub where a solution stood."""

    def replace(cell: NotebookNode) -> None:
        source = replace_regions(cell.source)
        if source != cell.source:
            _refuse_broken_stub(cell, source)
        cell["source"] = source

    return _each(notebook, replace)


def drop_solution_only_cells(notebook: NotebookNode) -> NotebookNode:
    """Without the cells that only the solution has."""
    dropped = copy.deepcopy(notebook)
    dropped["cells"] = [cell for cell in dropped.cells if SOLUTION_ONLY not in tags(cell)]
    return dropped


def hand_out_given(notebook: NotebookNode) -> NotebookNode:
    """What was given where it stands repaired, so that a learner repairs a copy and keeps what it was like before."""
    handed = copy.deepcopy(notebook)
    given: NotebookNode | None = None
    for cell in filter(is_code, handed.cells):
        if GIVEN in tags(cell):
            given = cell
        elif REPAIR in tags(cell):
            if given is None:
                raise CellError(cell, f'nothing was given to repair: tag a cell above this one "{GIVEN}".')
            cell["source"] = f"{TO_REPAIR}\n{given.source}"
    return handed


def clear_outputs(notebook: NotebookNode) -> NotebookNode:
    """As if no cell was ever run."""

    def clear(cell: NotebookNode) -> None:
        cell["outputs"] = []
        cell["execution_count"] = None

    return _each(notebook, clear)


def keep_only_tags(notebook: NotebookNode) -> NotebookNode:
    """Cells without the metadata of tools, timings and editors."""
    kept = copy.deepcopy(notebook)
    for cell in kept.cells:
        cell["metadata"] = from_dict({"tags": tags(cell)} if tags(cell) else {})  # type: ignore[no-untyped-call]
    return kept


def merge_streams(notebook: NotebookNode) -> NotebookNode:
    """One output for all of stdout in a row, then one for stderr: how they were cut into messages is chance."""

    def merge(cell: NotebookNode) -> None:
        cell["outputs"] = list(_with_merged_streams(cell.outputs))

    return _each(notebook, merge)


def drop_widget_views(notebook: NotebookNode) -> NotebookNode:
    """A view points to a widget of a kernel that is gone. The text beside it stays."""

    def drop(cell: NotebookNode) -> None:
        for output in cell.outputs:
            output.get("data", {}).pop(_WIDGET_VIEW, None)

    return _each(notebook, drop)


def shorten_tracebacks(notebook: NotebookNode) -> NotebookNode:
    """The exception alone: the lines above it name files of one machine and differ between versions of Python."""

    def shorten(cell: NotebookNode) -> None:
        for output in cell.outputs:
            if output.output_type == "error":
                output["traceback"] = [f"{output.ename}: {output.evalue}"]

    return _each(notebook, shorten)


def refuse_machine_details(folders: Sequence[str]) -> Transformation:
    """A check: no output holds an address, a process id, or a path that begins with one of `folders`."""
    details = [*_DETAILS, *((_path(folder), "a path of this machine: show a relative one") for folder in folders)]

    def refuse(notebook: NotebookNode) -> NotebookNode:
        for cell in filter(is_code, notebook.cells):
            for text in _texts(cell.outputs):
                for pattern, sentence in details:
                    if found := pattern.search(text):
                        raise CellError(cell, f'an output of this cell holds "{found[0]}", {sentence}.')
        return notebook

    return refuse


def describe_solution(notebook: NotebookNode) -> NotebookNode:
    """The metadata of a solution: the kernel, and the pairing with its source."""
    return _described(notebook, {"jupytext": _PAIRED})


def describe_learner(notebook: NotebookNode) -> NotebookNode:
    """The metadata of a learner's notebook: the kernel, and what it takes to recognise edits. It is not paired."""
    return _described(notebook, {"course": {"source_digest": source_digest(notebook.cells)}})


LEARNER: Final[Sequence[Transformation]] = (
    drop_solution_only_cells,
    hand_out_given,
    replace_solutions,
    clear_outputs,
    keep_only_tags,
    describe_learner,
)
"""From the lesson to the learner's notebook."""

OUTPUTS: Final[Sequence[Transformation]] = (merge_streams, drop_widget_views, shorten_tracebacks)
"""From outputs as a kernel sends them to outputs to keep."""

SOLUTION: Final[Sequence[Transformation]] = (
    *OUTPUTS,
    keep_only_tags,
    describe_solution,
)
"""From the executed lesson to the solution's notebook."""


def apply(transformations: Sequence[Transformation], notebook: NotebookNode) -> NotebookNode:
    """One after the other."""
    for transform in transformations:
        notebook = transform(notebook)
    return notebook


def _each(notebook: NotebookNode, change: Callable[[NotebookNode], None]) -> NotebookNode:
    """A copy of the notebook with each code cell changed."""
    changed = copy.deepcopy(notebook)
    for cell in filter(is_code, changed.cells):
        change(cell)
    return changed


def _refuse_broken_stub(cell: NotebookNode, source: str) -> None:
    if is_typescript(source):
        return  # its compiler says so when the learner's notebook is run
    try:
        compile(source, "<stub>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        raise CellError(
            cell, f"without its solution this cell is no Python ({error.msg}): put the markers around whole statements."
        ) from error


def _with_merged_streams(outputs: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    for are_streams, run in groupby(outputs, lambda output: output.output_type == "stream"):
        together = list(run)
        yield from _merged(together) if are_streams else together


def _merged(streams: Sequence[NotebookNode]) -> list[NotebookNode]:
    texts: dict[str, str] = {}
    for stream in streams:
        texts[stream.name] = texts.get(stream.name, "") + stream.text
    # Between the two, only chance decides what arrives first.
    return [_stream(name, texts[name]) for name in ("stdout", "stderr") if name in texts]


def _stream(name: str, text: str) -> NotebookNode:
    stream: NotebookNode = from_dict({"output_type": "stream", "name": name, "text": text})  # type: ignore[no-untyped-call]
    return stream


def _path(folder: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-]){re.escape(folder)}(?![\w-])")


def _texts(value: object) -> Iterator[str]:
    """Every string that a reader of the outputs may see; an image's base64 is none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not str(key).startswith("image/") or key == "image/svg+xml":
                yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _described(notebook: NotebookNode, more: Mapping[str, Any]) -> NotebookNode:
    described = copy.deepcopy(notebook)
    described["metadata"] = from_dict({**_PYTHON, **more})  # type: ignore[no-untyped-call]
    return described
