"""The warm process: it has imported the SDK and made a call, and starts a child for each submission by forking.

It runs no code of a learner. It knows the children's process ids, says how each ended, and ends one when the grader
hangs up: also when the grader itself was killed.

    grader ── order: the child's line, the child's lifeline, a folder ──▶ zygote ── fork ──▶ child

Where a submission's functions are TypeScript, the child calls them in a Node beside it (starter.py); the compiler is a
child that becomes Node itself.
"""

import ctypes
import gc
import os
import selectors
import signal
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from anthropic import Anthropic
from anthropic.types import Message

from helpers.calling.stage import Stage, call, observe
from helpers.client import replay_client
from helpers.firstuse import use_all
from helpers.grading.child import Learner, Learning, answer_questions
from helpers.grading.process import LACKING, READY, YARD, Kind, read_order
from helpers.grading.starter import become, compiler_command, node_environment, start_beside
from helpers.grading.transport import Gate, new_wire
from helpers.grading.typescript_child import NodeBeside, TypeScriptLearner
from helpers.replay import Answer, Engine, Scenario
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

if TYPE_CHECKING:
    from helpers.grading.sandbox import Home

LONGEST_ORDER: Final = 65_536
"""Bytes."""
HOMES: Final = ("HOME", "TMPDIR", "TEMP", "TMP")
CALLS: Final = 2
"""That `_make_calls` makes."""
ROUNDS: Final = 20
"""Python adapts what has been called eight times; more than these made no difference."""
SECONDS: Final = 60.0
SHORT_LIVED: Final = 20_000
"""Objects that a child makes before it looks for some to free. It ends before the many that Python assumes matter."""
LINE: Final = 3
"""The descriptor of a child's line; it has no other but for 0, 1 and 2."""


def main(control: int, jailed: bool) -> None:
    """Say `READY` over the socket `control`, or why not; then take orders until it is closed."""
    from helpers.grading.limits import be_ended_first

    be_ended_first()
    with socket.socket(fileno=control) as orders:
        try:
            zygote = Zygote(orders, _enter_jail() if jailed else None)
        except OSError as error:
            orders.send(_reason(error))
            return
        _end_at_sigprof()
        # What is kept: Pydantic forgets the model of a streamed message with the last message of its kind.
        _kept = _warm_up()
        gc.collect()
        # What is here stays: looking it through again would only copy its pages into every child.
        gc.freeze()
        orders.send(READY)
        zygote.run()


def _reason(error: OSError) -> bytes:
    from helpers.grading.sandbox import is_lacking

    return (LACKING if is_lacking(error) else b"") + str(error).encode()


def _end_at_sigprof() -> None:
    """Have a process end that has computed for too long (`helpers.grading.child`), with the signal as its exit code.

    The first process of a namespace is not ended by a signal; and a handler in Python's would wait for Python's turn.
    """
    libc = ctypes.CDLL(None)
    libc.signal(ctypes.c_int(signal.SIGPROF), ctypes.cast(libc._exit, ctypes.c_void_p))


def _enter_jail() -> "Home":
    """Raises `OSError` where it can't be entered, or where a submission could not be left alone in it."""
    from helpers.grading.sandbox import enter_jail, leave_the_world

    home = enter_jail()
    listener, yard = leave_the_world(home)
    home.come_back()
    listener.close()
    os.close(yard)
    return home


def _warm_up() -> Message:
    """Have all imported that notebooks import, and built what the SDK builds at its first calls: no child has to.

    A few rounds let Python adapt its bytecode to what passes through it, which each child would begin anew.
    """
    for package in ("helpers", "helpers.facts"):
        use_all(package)
    # Its threads are gone when it ends: a process that is forked may have only one.
    with ReplayServer(_new_engine(), tells_time=True) as server, new_wire() as wire:
        for _ in range(ROUNDS):
            gate = Gate(server.url, CALLS, wire)
            with gate.client() as client:
                observe(_make_calls, call, Stage(client, gate.async_client, {}, gate.clock, Path("/")), SECONDS)
        return _make_calls(Gate(server.url, CALLS, wire).client())


def _make_calls(client: Anthropic) -> Message:
    params: Any = {"model": MODEL, "max_tokens": 10, "messages": [{"role": "user", "content": "Hello"}]}
    client.messages.create(**params)
    with client.messages.stream(**params) as stream:
        return stream.get_final_message()


def _new_engine() -> Engine:
    return Engine(Scenario("warm", "everything is answered", then=Answer()), models=(MODEL,))


@dataclass(frozen=True)
class Child:
    """One child: its process, as a number and as a descriptor that can be waited for, and the grader's lifeline."""

    number: int
    process: int
    lifeline: socket.socket


class Zygote:
    """Starts a child for every order, until there are no more. `home` is where it stays; None outside of the jail."""

    def __init__(self, orders: socket.socket, home: "Home | None") -> None:
        self._orders = orders
        self._home = home
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ)

    def run(self) -> None:
        """Follow orders, and look after the children."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._orders:
                    if not self._follow_order():
                        return
                elif isinstance(key.fileobj, socket.socket):
                    self._end(key.data)
                else:
                    self._bury(key.data)

    def _follow_order(self) -> bool:
        """Start one child. False when there are no more orders."""
        order, descriptors, _, _ = socket.recv_fds(self._orders, LONGEST_ORDER, 2)
        if not order:
            return False
        line, lifeline = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        kind, program, folder = read_order(order)
        folder = folder if self._home is None else YARD
        world = [] if self._home is None else _leave_world(self._home)
        number = os.fork()
        if number == 0:
            try:
                _be_child(line.fileno(), folder, kind, program, alone=self._home is not None)
            finally:
                os._exit(0)
        if self._home is not None:
            self._home.come_back()
        line.close()
        with suppress(OSError):  # it was canceled
            socket.send_fds(lifeline, [READY], world)
        for descriptor in world:
            os.close(descriptor)
        child = Child(number, os.pidfd_open(number), lifeline)
        self._selector.register(child.process, selectors.EVENT_READ, child)
        self._selector.register(child.lifeline, selectors.EVENT_READ, child)
        return True

    def _end(self, child: Child) -> None:
        """The grader has hung up."""
        self._selector.unregister(child.lifeline)
        os.kill(child.number, signal.SIGKILL)

    def _bury(self, child: Child) -> None:
        """It has ended: say how, and end what it has left behind."""
        if self._home is None:
            with suppress(OSError):
                os.killpg(child.number, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child.number, 0)[1])
        with suppress(OSError):  # nobody asks any more
            child.lifeline.send(str(code).encode())
        self._selector.unregister(child.process)
        with suppress(KeyError):
            self._selector.unregister(child.lifeline)
        os.close(child.process)
        child.lifeline.close()


def _leave_world(home: "Home") -> list[int]:
    """Leave it. Returns what the grader needs to reach the child from outside: its port and its folder."""
    from helpers.grading.sandbox import leave_the_world

    listener, yard = leave_the_world(home)
    return [listener.detach(), yard]


def _be_child(line: int, folder: Path, kind: Kind, program: str, *, alone: bool) -> None:
    """Answer the grader's questions, with no more power and room than a submission is given."""
    from helpers.grading.limits import COMPILER
    from helpers.grading.sandbox import die_with_parent, give_up_powers

    os.dup2(line, LINE, inheritable=False)
    # Whatever else is open is the zygote's, or another child's.
    os.closerange(LINE + 1, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    os.chdir(folder)
    os.environ.update(dict.fromkeys(HOMES, str(folder)))
    tempfile.tempdir = None
    if kind == "compiler":
        become(compiler_command(program), node_environment(folder), LINE, COMPILER, alone=alone)
    # It forks, which nobody may afterwards.
    starter = start_beside(program, folder, alone=alone) if kind == "typescript" else None
    give_up_powers(alone=alone)
    die_with_parent(signal.SIGKILL)
    learner: Learning = Learner() if starter is None else TypeScriptLearner(NodeBeside(starter))
    # The first calls copy the pages that they write to. Nobody waits for this process yet.
    with replay_client(_new_engine()) as client:
        _make_calls(client)
    del client
    gc.collect()
    gc.set_threshold(SHORT_LIVED)
    with socket.socket(fileno=LINE) as mine:
        answer_questions(mine.makefile("rb"), mine.makefile("wb"), learner)
