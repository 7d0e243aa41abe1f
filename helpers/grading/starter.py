"""Starts Node in the place of a submission, from a process that may not start any.

The learner's side of the boundary has given up its powers before it calls a function: it can't fork. So it has somebody
beside it, forked before that, who does nothing but start Node, one at a time, when it is asked. That process has no
capabilities, and runs no code but what is here. Each Node gets its limits and the filter of system calls before it is
one: `execve` keeps both.

    child ── a new line ──▶ starter ── fork, limits, filter, execve ──▶ node
      ◀───────────────── questions and answers ─────────────────────────▶
"""

import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from helpers.typescript import compiler, runner
from helpers.typescript.node import FOLDER
from helpers.typescript.tool import MEMORY

ASKED: Final = b"node"
LINE: Final = 3
"""The descriptor of what the starter is asked over."""
_LAST: Final = 3
"""The descriptors of Node's that are open: it reads and writes its line, and what else it says goes nowhere."""


def compiler_command(program: str) -> list[str]:
    """The command line of the compiler, where Node is `program`."""
    return [program, MEMORY, str(FOLDER / compiler.SCRIPT)]


def runner_command(program: str) -> list[str]:
    """The command line of what calls a submission's functions. It is held to less than a whole machine's memory, for
    which V8 has guards that would map ten gigabytes.
    """
    return [program, MEMORY, "--disable-wasm-trap-handler", *runner.OPTIONS, str(FOLDER / runner.SCRIPT)]


def node_environment(home: Path) -> Mapping[str, str]:
    """The variables of a Node: none of anybody's, and so no `NODE_OPTIONS`."""
    return {**runner.ENVIRONMENT, **dict.fromkeys(("HOME", "TMPDIR"), str(home))}


def start_beside(program: str, folder: Path, *, alone: bool) -> socket.socket:
    """Fork the starter of the Node that is `program`. Returns the socket that `new_process` asks it over."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        try:
            os.dup2(theirs.fileno(), LINE, inheritable=False)
            os.closerange(LINE + 1, os.sysconf("SC_OPEN_MAX"))
            _follow_orders(runner_command(program), node_environment(folder), alone=alone)
        finally:
            os._exit(0)
    theirs.close()
    return ours


def new_process(starter: socket.socket) -> socket.socket:
    """The line to a new Node. The one before is ended. Raises `OSError` where the starter is gone."""
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            socket.send_fds(starter, [ASKED], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
    return ours


def become(
    command: Sequence[str], environment: Mapping[str, str], line: int, limits: Mapping[str, int], *, alone: bool
) -> None:
    """Be `command` from here on, with `line` as its stdin and stdout. Raises `OSError` where that can't be."""
    from helpers.grading.sandbox import die_with_parent, give_up_powers

    nowhere = os.open(os.devnull, os.O_RDWR)
    for number, descriptor in enumerate((line, line, nowhere)):
        os.dup2(descriptor, number)
    os.closerange(_LAST, os.sysconf("SC_OPEN_MAX"))
    give_up_powers(limits, alone=alone)
    die_with_parent(signal.SIGKILL)
    os.execve(command[0], list(command), environment)


def _follow_orders(command: Sequence[str], environment: Mapping[str, str], *, alone: bool) -> None:
    from helpers.grading.limits import NODE
    from helpers.grading.sandbox import die_with_parent, give_up_capabilities

    give_up_capabilities()
    die_with_parent(signal.SIGKILL)
    running = 0
    with socket.socket(fileno=LINE) as orders:
        while True:
            asked, descriptors, _, _ = socket.recv_fds(orders, len(ASKED), 1)
            _end(running)
            if not asked:
                return
            running = os.fork()
            if running == 0:
                become(command, environment, descriptors[0], NODE, alone=alone)
            os.close(descriptors[0])


def _end(running: int) -> None:
    if running:
        with suppress(OSError):
            os.kill(running, signal.SIGKILL)
        os.waitpid(running, 0)
