"""Looks for the grader's expectations in memory: its parents', by way of /proc, and that of every process it can see.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import os


def request_id_of(message):
    found = []
    for process in {os.getppid(), *(int(name) for name in _names("/proc") if name.isdigit())} - {os.getpid()}:
        for kind in ("mem", "maps", "environ", "cmdline", "stack"):
            try:
                with open(f"/proc/{process}/{kind}", "rb") as file:
                    found.append(file.read(16))
            except OSError:
                pass
    return f"{found or 'nothing'}"


def _names(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []
