"""Lifts its own limits, takes priority over everybody, and makes itself a debugger's favourite.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import os
import resource


def request_id_of(message):
    lifted = []
    for name in ("RLIMIT_AS", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_NOFILE"):
        try:
            limit = resource.getrlimit(getattr(resource, name))[1]
            resource.setrlimit(getattr(resource, name), (limit + 1, limit + 1))
            lifted.append(name)
        except (OSError, ValueError):
            pass
    for act in (lambda: os.nice(-10), lambda: os.setuid(1), lambda: os.chroot("."), lambda: os.sethostname("mine")):
        try:
            act()
            lifted.append("power")
        except (OSError, AttributeError):
            pass
    return f"{lifted or 'nothing'}"
