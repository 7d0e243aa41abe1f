"""Tables: HTML with a caption and real header cells, and a plain-text twin."""

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

from helpers.display.card import Card, code_marks
from helpers.display.style import scrolling


def table(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    links: Mapping[str, str] = MappingProxyType({}),
) -> Card:
    """A table of `rows`. The first column names its row; what stands between backticks is shown as code.

    A cell whose text is in `links` leads there.
    """
    cells = [[str(value) for value in row] for row in rows]
    # A header that says nothing is none.
    head = "".join(f'<th scope="col">{escape(column)}</th>' if column else "<td></td>" for column in columns)
    body = "".join(f"<tr>{_row(row, links)}</tr>" for row in cells)
    html = f"<table><caption>{code_marks(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    name = f"Table: {caption.replace('`', '')}"
    return Card(scrolling(html, name), _text(caption, [list(columns), *cells]))


def _row(cells: Sequence[str], links: Mapping[str, str]) -> str:
    name, *rest = (_cell(cell, links) for cell in cells)
    return f'<th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in rest)


def _cell(cell: str, links: Mapping[str, str]) -> str:
    shown = code_marks(cell)
    return f'<a href="{escape(links[cell], quote=True)}">{shown}</a>' if cell in links else shown


def _text(caption: str, lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = [[f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join([caption, *("  ".join(line).rstrip() for line in padded)])
