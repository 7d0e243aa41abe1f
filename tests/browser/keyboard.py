"""Typing source code into JupyterLab's editor, which indents by itself."""

import ast
from typing import Final

from playwright.sync_api import Keyboard

from helpers.authoring.cells import is_typescript

NEW_LINE: Final = ("Enter", "Shift+Home", "Delete")
"""The editor's own indentation is selected and deleted: the source brings its own."""
INDENTATION: Final = ("Home", "Shift+Home")
"""Selects it. Words such as `except` make the editor indent their line anew while they are typed."""


def type_source(keyboard: Keyboard, source: str) -> None:
    """Type `source` into the editor that has the focus, in place of what is in it."""
    first, *rest = source.split("\n")
    keyboard.press("ControlOrMeta+A")
    keyboard.press("Delete")
    keyboard.type(first)
    for line in rest:
        for key in NEW_LINE:
            keyboard.press(key)
        text = line.lstrip(" ")
        keyboard.type(text)
        if text != line:
            for key in INDENTATION:
                keyboard.press(key)
            keyboard.type(line.removesuffix(text))
            keyboard.press("End")


def paste_source(keyboard: Keyboard, source: str) -> None:
    """As `type_source`, at once: a key takes its time where Python and the page share a processor."""
    keyboard.press("ControlOrMeta+A")
    keyboard.press("Delete")
    keyboard.insert_text(source)


def with_definition(source: str, name: str, definition: str) -> str:
    """`source` with `definition` in place of the function or class `name`; of TypeScript, the whole module."""
    if is_typescript(source):
        magic = source.split("\n", 1)[0]
        return f"{magic}\n{definition}"
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return source.replace(ast.get_source_segment(source, node) or "", definition)
    raise LookupError(name)
