"""The warm process: it has imported the SDK and made a call, and starts a child for each submission by forking.

It runs no code of a learner. Between it and each child stands a warden, which knows the child's process id, says how it
ended, and ends it when the grader hangs up: also when the grader itself was killed.

    grader ── order: the child's socket, the warden's socket, a folder ──▶ zygote ── fork ──▶ warden ── fork ──▶ child
"""

import gc
import os
import selectors
import signal
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from anthropic.types import Message

from helpers.grading.child import answer_questions
from helpers.grading.process import READY, YARD
from helpers.grading.transport import Gate
from helpers.replay import Answer, Engine, Scenario
from helpers.replay.server import ReplayServer
from helpers.settings import MODEL

LONGEST_ORDER: Final = 65_536
"""Bytes."""
HOMES: Final = ("HOME", "TMPDIR", "TEMP", "TMP")


def main(control: int, jailed: bool) -> None:
    """Say `READY` over the socket `control`, or why not; then take orders until it is closed."""
    with socket.socket(fileno=control) as orders:
        try:
            _kept = _make_ready(jailed)
        except OSError as error:
            orders.send(str(error).encode())
            return
        orders.send(READY)
        # Nobody waits for the wardens.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while _follow_order(orders, jailed):
            pass


def _make_ready(jailed: bool) -> Message:
    if jailed:
        from helpers.grading.sandbox import enter_jail

        enter_jail()
        _rehearse()
    kept = _warm_up()
    gc.collect()
    # What is here stays: looking it through again would only copy its pages into every child.
    gc.freeze()
    return kept


def _rehearse() -> None:
    """Raises `OSError` where a submission could not be left alone."""
    from helpers.grading.sandbox import leave_the_world

    pid = os.fork()
    if pid == 0:
        try:
            leave_the_world()
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    number = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if number:
        raise OSError(number, f"no namespaces for a submission: {os.strerror(number)}")


def _warm_up() -> Message:
    """Have everything built that the SDK builds at its first calls, so that no child has to.

    Returns what has to be kept: Pydantic forgets the model of a streamed message with the last message of its kind.
    """
    params: Any = {"model": MODEL, "max_tokens": 10, "messages": [{"role": "user", "content": "Hello"}]}
    engine = Engine(Scenario("warm", "everything is answered", then=Answer()), models=(MODEL,))
    # Its threads are gone when it ends: a process that is forked may have only one.
    with ReplayServer(engine, tells_time=True) as server, Gate(server.url, 2).client() as client:
        client.messages.create(**params)
        with client.messages.stream(**params) as stream:
            return stream.get_final_message()


def _follow_order(orders: socket.socket, jailed: bool) -> bool:
    """Start one child. False when there are no more orders."""
    order, descriptors, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 2)
    if not order:
        return False
    line, lifeline = (socket.socket(fileno=descriptor) for descriptor in descriptors)
    if os.fork() == 0:
        orders.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _watch_child(line, lifeline, YARD if jailed else Path(os.fsdecode(order)), jailed)
        os._exit(0)
    line.close()
    lifeline.close()
    return True


def _watch_child(line: socket.socket, lifeline: socket.socket, folder: Path, jailed: bool) -> None:
    """Be the warden of one child: start it, end it when the grader hangs up, and say how it ended."""
    world = _leave_world() if jailed else []
    pid = os.fork()
    if pid == 0:
        for descriptor in (lifeline.detach(), *world):
            os.close(descriptor)
        _be_child(line, folder, jailed)
        os._exit(0)
    line.close()
    socket.send_fds(lifeline, [READY], world)
    for descriptor in world:
        os.close(descriptor)
    with selectors.DefaultSelector() as selector:
        selector.register(os.pidfd_open(pid), selectors.EVENT_READ)
        selector.register(lifeline, selectors.EVENT_READ)
        selector.select()
    # Where it has ended by itself, nobody else has its number before we have waited for it.
    os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(OSError):  # nobody asks any more
        lifeline.send(str(code).encode())
    if not jailed:
        os.killpg(0, signal.SIGKILL)  # with whatever it has left behind, and this process too


def _leave_world() -> list[int]:
    """Leave it. Returns what the grader needs to reach the child from outside: its port and its folder."""
    from helpers.grading.sandbox import leave_the_world

    listener, yard = leave_the_world()
    return [listener.detach(), yard]


def _be_child(line: socket.socket, folder: Path, jailed: bool) -> None:
    """Answer the grader's questions, with no more power and room than a submission is given."""
    from helpers.grading.sandbox import die_with_parent, give_up_powers

    os.chdir(folder)
    os.environ.update(dict.fromkeys(HOMES, str(folder)))
    tempfile.tempdir = None
    give_up_powers(alone=jailed)
    die_with_parent(signal.SIGKILL)
    answer_questions(line.makefile("rb"), line.makefile("wb"))
