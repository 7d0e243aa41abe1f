"""Tries the ways out of a namespace: more namespaces, mounts, another root, devices, and descriptors left open.

Exercise: request_id_of
Outcome: own_id
Says: nothing
Needs: namespaces
"""

import ctypes
import os
import stat


def request_id_of(message):
    libc = ctypes.CDLL(None, use_errno=True)
    out = []
    for namespaces in (0x10000000, 0x20000, 0x20000000, 0x40000000):
        if libc.unshare(namespaces) == 0:
            out.append(f"unshare {namespaces:x}")
    for source, kind in ((b"proc", b"proc"), (b"tmpfs", b"tmpfs"), (b"/dev/sda1", b"ext4")):
        if libc.mount(source, b"/yard", kind, 0, None) == 0:
            out.append(f"mount {kind}")
    if libc.mount(None, b"/", None, ctypes.c_ulong(32 | 4096), None) == 0:
        out.append("writable")
    if libc.umount2(b"/yard", 2) == 0:
        out.append("umount")
    try:
        os.mknod("disk", stat.S_IFBLK | 0o600, os.makedev(8, 0))
        out.append("device")
    except OSError:
        pass
    for descriptor in range(3, 256):
        for way in ("..", "../..", "/proc/self/root"):
            try:
                os.listdir(os.open(way, os.O_RDONLY, dir_fd=descriptor))
            except OSError:
                continue
            if way != "/proc/self/root" and os.path.exists(f"/{way}/etc/passwd"):
                out.append(f"descriptor {descriptor}")
    return f"{out or 'nothing'}"
