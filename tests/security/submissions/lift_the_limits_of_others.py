"""Lifts the limits of every process that it may, its own by another door, and those of the one that started it.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import os
import resource

FREE = resource.RLIM_INFINITY


def request_id_of(message):
    lifted = []
    for target in (0, os.getpid(), os.getppid(), *range(1, 200)):
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
            try:
                resource.prlimit(target, limit, (FREE, FREE))
                lifted.append(target)
            except OSError:
                pass
    return f"{lifted}" if lifted else "nothing"
