"""Starts a process in every way that there is: fork, vfork, clone, clone3, and through a library that does it.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes
import os
import platform
import subprocess

NUMBERS = {"x86_64": (56, 57, 58, 435), "aarch64": (220, 220, 220, 435)}


def started(act):
    try:
        return act() not in (None, -1)
    except OSError:
        return False


def request_id_of(message):
    system = ctypes.CDLL(None)
    clone, fork, vfork, clone3 = NUMBERS[platform.machine()]
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    ways = {
        "fork": os.fork,
        "forkpty": lambda: os.forkpty()[0],
        "clone": lambda: system.syscall(clone, 17, 0, 0, 0, 0),
        "plain fork": lambda: system.syscall(fork, 17, 0, 0, 0, 0),
        "clone for 32 bits": lambda: system.syscall(0x40000000 + clone, 17, 0, 0, 0, 0),
        "clone3": lambda: system.syscall(clone3, arguments, ctypes.sizeof(arguments)),
        "spawn": lambda: os.posix_spawn("/usr/bin/env", ["env"], {}),
        "run": lambda: subprocess.run(["/usr/bin/env"], stdout=subprocess.DEVNULL).returncode,
        "system": lambda: 0 if system.system(b"true") == 0 else -1,
    }
    here = os.getpid()
    found = []
    for name, act in ways.items():
        if started(act):
            found.append(name)
        if os.getpid() != here:
            os._exit(0)
    return f"{found}" if found else "nothing"
