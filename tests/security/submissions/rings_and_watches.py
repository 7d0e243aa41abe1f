"""Asks for what the kernel keeps books of: rings of requests, watches of files, keys, timers.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes
import os
import platform

ADD_KEY = {"x86_64": 248, "aarch64": 217}
CREATE_TIMER = {"x86_64": 222, "aarch64": 107}


def request_id_of(message):
    system = ctypes.CDLL(None)
    found = []
    if system.syscall(425, 4_096, (ctypes.c_char * 120)()) != -1:
        found.append("rings")
    watcher = system.inotify_init1(0)
    if watcher != -1 and system.inotify_add_watch(watcher, b"/usr", 2) != -1:
        found.append("watches")
    if system.syscall(ADD_KEY[platform.machine()], b"user", b"mine", bytes(9_000), 9_000, -3) != -1:
        found.append("keys")
    timer = ctypes.c_int()
    made = 0
    while made < 5_000 and system.syscall(CREATE_TIMER[platform.machine()], 1, None, ctypes.byref(timer)) != -1:
        made += 1
    if made >= 5_000:
        found.append("timers")
    return f"{found} {os.getpid()}" if found else "nothing"
