"""TypeScript in a cell: checked by the compiler, run by Node, called from Python.

    from helpers.typescript import enable
    enable()

    %%typescript showText
    export async function showText(client: Anthropic, prompt: string): Promise<string> { … }

    showText(make_client("cut"), "Hello")

A cell that begins with `%%typescript` is a TypeScript module: it is checked when it is run, and each function that it
exports can be called from Python, with a client of Python's, whose wire it shares.

node.py        where Node is, and what is missing
tool.py        a Node process that answers lines with lines; compiler.mjs and runner.mjs are two of them
cells.py       which cells are TypeScript
compiler.py    cell → problems, functions and JavaScript
runner.py      calls what a cell exports, over the wire of a client of Python's
errors.py      what JavaScript threw, as exceptions of Python's that stand in the learner's own line
functions.py   what Python calls: a function like any other
magic.py       `%%typescript`
endings.py     how every ending of the replay looks in Python, in TypeScript and to curl: made by running all three

package.json and package-lock.json pin the SDK, the compiler and Node's types; `make node` installs them. `course/` is
what a cell imports as "course".
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def enable() -> None:
    """Let cells begin with `%%typescript NAME`. Prints what they are checked with, or why they can't be run here."""
    from IPython.core.getipython import get_ipython

    from helpers.typescript.node import problem, versions

    shell = get_ipython()
    if shell is None:
        return  # whoever grades calls the functions of cells, and has no notebook
    load_ipython_extension(shell)
    why_not = problem()
    if why_not:
        print(why_not)  # noqa: T201 - the cell's answer
        return
    found = versions()
    named = f"TypeScript {found['typescript']}, and run by Node with @anthropic-ai/sdk {found['@anthropic-ai/sdk']}"
    print(f"Cells that begin with %%typescript are checked by {named}.")  # noqa: T201 - the cell's answer


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """What `%load_ext helpers.typescript` calls."""
    from helpers.typescript.magic import TypeScriptMagics

    shell.register_magics(TypeScriptMagics)
