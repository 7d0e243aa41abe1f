"""TypeScript in a cell: checked by the compiler, run by Node, called from Python.

    %load_ext helpers.typescript

    %%typescript showText
    export async function showText(client: Anthropic, prompt: string): Promise<string> { … }

    showText(make_client("cut"), "Hello")

A cell that begins with `%%typescript` is a TypeScript module: it is checked when it is run, and each function that it
exports can be called from Python, with a client of Python's, whose wire it shares.

node.py        where Node is, and what is missing
tool.py        a Node process that answers lines with lines; compiler.mjs and runner.mjs are two of them
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


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """What `%load_ext helpers.typescript` calls."""
    from helpers.typescript.magic import TypeScriptMagics

    shell.register_magics(TypeScriptMagics)
