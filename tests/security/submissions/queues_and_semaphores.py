"""Fills the system's message queues, and makes semaphores: memory of the kernel's that is nobody's.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes


def request_id_of(message):
    system = ctypes.CDLL(None)
    letter = (ctypes.c_char * 8_200)(1)
    queues = semaphores = 0
    while queues < 30_000 and (queue := system.msgget(0, 0o1600)) != -1:
        queues += 1
        while system.msgsnd(queue, letter, ctypes.c_size_t(8_192), 0o4000) == 0:
            pass
    while semaphores < 200 and system.semget(0, 32_000, 0o1600) != -1:
        semaphores += 1
    return f"{queues} queues, {semaphores} sets" if queues or semaphores else "nothing"
