"""What shuts a submission in on Linux: namespaces, a root of its own, and limits. Nothing here needs to be root.

    enter_jail()       once, by the zygote: no files but Python's and ours, read-only, and no /proc
    leave_the_world()  for each submission: no other processes, no network, an empty folder of its own in memory
    give_up_powers()   last, before any code of the learner: no capabilities, limits on all that can be used up, and
                       none of the system calls that get round them (limits.py, syscalls.py)

`man 7 namespaces`, `man 7 user_namespaces`, `man 2 pivot_root`, `man 2 mount_setattr`. Where the system does not allow
one of them, `OSError` is raised, and the process is of no use any more: `is_lacking` says whether that is so for good.

Why not bubblewrap, which is kept by others and does the like? It starts a program in its box: 4 ms for the box, then
23 ms for Python and more than a second for the SDK, where a child forked from what is warm takes a few, in a box of its
own. The warm process could live in its box; but to put each child into one more it would have to keep the powers that
the box takes away (with `--cap-add ALL` it can, and then needs all of `leave_the_world`), so that of this module
bubblewrap would carry `enter_jail` alone. It sets no limits, takes a filter of system calls only ready made, and is a
package of the distribution's, which neither pip nor the image of a CI brings. nsjail has limits and a language for
filters, but starts programs as well, and Debian 12 does not have it. What bubblewrap has and this has not: on an Ubuntu
that forbids namespaces to all but listed programs, it is listed.
"""

import ctypes
import errno
import fcntl
import os
import signal
import socket
import stat
import struct
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from helpers.grading.limits import BUFFERS, LIMITS, YARD_OPTIONS, set_limits
from helpers.grading.process import YARD
from helpers.grading.shelf import PACKAGE, copies
from helpers.grading.syscalls import check_support, refuse_calls
from helpers.typescript.node import PACKAGES, programs

NOBODY: Final = 65_534
"""Who root's submissions are to the rest of the system."""

_NEW_MOUNTS: Final = 0x0002_0000
_NEW_HOSTNAME: Final = 0x0400_0000
_NEW_SHARED_MEMORY: Final = 0x0800_0000
_NEW_USERS: Final = 0x1000_0000
_NEW_PROCESSES: Final = 0x2000_0000
_NEW_NETWORK: Final = 0x4000_0000

_ALONE: Final = _NEW_PROCESSES | _NEW_NETWORK | _NEW_MOUNTS | _NEW_SHARED_MEMORY

_READ_ONLY: Final = 1
_NO_SET_UID: Final = 2
_NO_DEVICES: Final = 4
_BIND: Final = 1 << 12
_RECURSIVE: Final = 1 << 14
_PRIVATE: Final = 1 << 18
_DETACH: Final = 2

_MOUNT_SETATTR: Final = 442
"""The same number on every architecture."""
_AT_FDCWD: Final = -100
_AT_RECURSIVE: Final = 0x8000

_SET_DEATH_SIGNAL: Final = 1
_SET_NO_NEW_PRIVILEGES: Final = 38
_CAPABILITIES_VERSION_3: Final = 0x2008_0522

_GET_FLAGS: Final = 0x8913
_SET_FLAGS: Final = 0x8914
_UP: Final = 1

_DEVICES: Final = ("/dev/null", "/dev/random", "/dev/urandom")
"""Not `/dev/zero`: to map it is another way to memory that is shared and of no file (`syscalls.py`)."""
_SETTINGS: Final = Path("/proc/sys/net/ipv4")
_SYSTEM: Final = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime")
_COURSE: Final = PACKAGE.parent
"""The course with our solutions, its tests and its history; or the folder that packages are installed in."""

_LACKING: Final = frozenset(
    {
        errno.EPERM,
        errno.EACCES,
        errno.ENOSYS,
        errno.EINVAL,
        errno.EOPNOTSUPP,
        errno.ENOENT,
        errno.ENODEV,
        errno.EROFS,
        errno.ENOSPC,  # /proc/sys/user/max_user_namespaces is 0
        errno.EUSERS,  # the same, on older kernels
    }
)


def is_lacking(error: OSError) -> bool:
    """Whether `error` of `enter_jail` means that this system has no such thing, rather than that it is busy."""
    return error.errno in _LACKING


class Home:
    """The namespaces that this process is in now, to come back to."""

    def __init__(self) -> None:
        kinds = ("pid_for_children", "net", "ipc", "mnt")
        self._namespaces = [os.open(f"/proc/self/ns/{kind}", os.O_RDONLY) for kind in kinds]
        self._settings = os.open(_SETTINGS, os.O_RDONLY | os.O_DIRECTORY)

    def come_back(self) -> None:
        """Be in them again."""
        for namespace in self._namespaces:
            _called("setns", namespace, 0)
        os.chdir("/")

    def bound_buffers(self) -> None:
        """Hold the connections of the network that this process is in now to `BUFFERS`."""
        for name, sizes in BUFFERS.items():
            setting = os.open(name, os.O_WRONLY, dir_fd=self._settings)
            try:
                os.write(setting, sizes.encode())
            finally:
                os.close(setting)


def enter_jail() -> Home:
    """Make this process and those it starts see Python's files, our shelf and nothing else, all of it read-only.

    It is another process that goes on, alone in namespaces from which it can come back. Returns the way back.
    """
    check_support()
    with _Mapper(os.geteuid() or NOBODY, os.getegid() or NOBODY) as mapper:
        _unshare(_NEW_USERS | _NEW_HOSTNAME | _ALONE)
        # Opened as who we were: nobody else may be able to go to where they are.
        shown, ours = {path: os.open(path, os.O_PATH) for path in _shown()}, copies()
        packages = os.open(PACKAGES, os.O_PATH) if PACKAGES.is_dir() else None
        mapper.become_somebody()
    _be_reborn()
    _new_loopback().close()
    home = Home()
    # The capabilities that one has in a namespace of one's own are what exploits begin with.
    Path("/proc/sys/user/max_user_namespaces").write_bytes(b"0")
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NO_SET_UID | _NO_DEVICES, "size=1m,mode=755")
    for path, descriptor in shown.items():
        if path == _COURSE:
            _new_folder(path, Path("/tmp"))  # what is around it may be seen, and it may not
        else:
            _show(path, descriptor, Path("/tmp"))
        os.close(descriptor)
    shelf = _new_folder(PACKAGE, Path("/tmp"))
    for copy in ours:
        copy.put_into(shelf)
    if packages is not None:
        _show(PACKAGES, packages, Path("/tmp"))
        os.close(packages)
    Path("/tmp", YARD.name).mkdir()
    os.chdir("/tmp")
    _called("pivot_root", b".", b".")
    _called("umount2", b".", _DETACH)
    os.chdir("/")
    attributes = struct.pack("QQQQ", _READ_ONLY | _NO_SET_UID, 0, 0, 0)
    _called("syscall", _MOUNT_SETATTR, _AT_FDCWD, b"/", _AT_RECURSIVE, attributes, len(attributes))
    return home


def leave_the_world(home: Home) -> tuple[socket.socket, int]:
    """Be alone from here on, and in an empty `YARD`; the next process that is started is the first of its namespace.

    Returns what the rest of the world still needs of it: a listening socket on the new loopback, which is the only way
    out of it, and the descriptor of the yard.
    """
    _unshare(_ALONE)
    _mount("tmpfs", str(YARD), "tmpfs", _NO_SET_UID | _NO_DEVICES, YARD_OPTIONS)
    home.bound_buffers()
    listener = _new_loopback()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    os.chdir(YARD)
    return listener, os.open(YARD, os.O_RDONLY | os.O_DIRECTORY)


def give_up_powers(limits: Mapping[str, int] = LIMITS, *, alone: bool) -> None:
    """Set the limits, and lose every way to lift them. `alone` is what `leave_the_world` makes a process."""
    set_limits(limits, alone=alone)
    give_up_capabilities()
    try:
        refuse_calls()
    except OSError:
        if alone:
            raise


def give_up_capabilities() -> None:
    """Have none, and no way to get any, with everything that is started from here on."""
    _called("capset", struct.pack("Ii", _CAPABILITIES_VERSION_3, 0), bytes(24))
    _called("prctl", _SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def die_with_parent(number: int) -> None:
    """Ask for this signal when the process that started this one ends."""
    _called("prctl", _SET_DEATH_SIGNAL, number, 0, 0, 0)


class _Mapper:
    """Says who this process is in its new user namespace, which only a process outside of it may say for root."""

    def __init__(self, user: int, group: int) -> None:
        self._maps = {"setgroups": "deny", "uid_map": f"0 {user} 1", "gid_map": f"0 {group} 1"}

    def __enter__(self) -> Self:
        us, self._helper = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._helper.close()
            os._exit(self._write_maps(us))
        us.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._helper.close()
        os.waitpid(self._pid, 0)

    def become_somebody(self) -> None:
        """Be the first, and only, user of the namespace."""
        self._helper.send(b"!")
        (number,) = self._helper.recv(1) or [errno.EPERM]
        if number:
            raise OSError(number, f"the user namespace cannot be given a user ({os.strerror(number)})")
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)

    def _write_maps(self, asked: socket.socket) -> int:
        if asked.recv(1):
            try:
                for name, text in self._maps.items():
                    Path(f"/proc/{os.getppid()}/{name}").write_bytes(text.encode())
                asked.send(bytes([0]))
            except OSError as error:
                asked.send(bytes([error.errno or errno.EPERM]))
        return 0


def _shown() -> Sequence[Path]:
    """Where Python, the installed packages, Node and the system's libraries are, each below what it is in.

    And the course, in case it is inside one of them; what is inside of the course is shown for itself.
    """
    python = [sys.prefix, sys.base_prefix, *(sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib"))]
    wanted = {Path(path) for path in (*python, *_SYSTEM, *_DEVICES, *map(str, programs())) if os.path.exists(path)}
    hidden = {_COURSE} - wanted  # but where it is one of them: our package is installed there
    within = {path for path in wanted if hidden.intersection(path.parents)}
    return sorted(
        {path for path in wanted - within if wanted.isdisjoint(path.parents)}
        | {path for path in within if within.isdisjoint(path.parents)}
        | {path for path in hidden if not wanted.isdisjoint(path.parents)}
    )


def _show(path: Path, descriptor: int, root: Path) -> None:
    """Let what is open as `descriptor` be seen as `path` below `root`."""
    target = root.joinpath(*path.parts[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        target.mkdir()
    else:
        target.touch()
    _mount(f"/proc/self/fd/{descriptor}", str(target), None, _BIND | _RECURSIVE)


def _new_folder(path: Path, root: Path) -> Path:
    """An empty folder at `path` below `root`, in place of what may be there."""
    target = root.joinpath(*path.parts[1:])
    target.mkdir(parents=True, exist_ok=True)
    _mount("tmpfs", str(target), "tmpfs", _NO_SET_UID | _NO_DEVICES, "size=16m,mode=755")
    return target


def _be_reborn() -> None:
    """Go on as the first process of a new namespace, which ends with the one that it was."""
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        os._exit(0)
    die_with_parent(signal.SIGKILL)


def _new_loopback() -> socket.socket:
    """A socket of a new network, whose loopback is switched on as `ip link set lo up` does it."""
    first = socket.socket()
    request = struct.pack("16sH14x", b"lo", 0)
    flags = struct.unpack("16sH14x", fcntl.ioctl(first, _GET_FLAGS, request))[1]
    fcntl.ioctl(first, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))
    return first


def _unshare(namespaces: int) -> None:
    _called("unshare", namespaces)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    texts = [None if text is None else text.encode() for text in (source, target, kind)]
    _called("mount", *texts, ctypes.c_ulong(flags), options.encode())


def _called(name: str, *arguments: Any) -> None:
    """Call a function of the C library. Raises `OSError` where it fails."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(*arguments) == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
