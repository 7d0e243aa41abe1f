"""Looks on the whole disk for solutions, right attempts and notebooks, and runs the first that it finds.

Exercise: request_id_of
Outcome: own_id | never_ended
Says: nothing
Needs: namespaces
"""

import os
import sys
from pathlib import Path

NAMES = {"00_start_here.py", "00_start_here.ipynb", "right_attribute.py", "request_id_of.py", "survivors.txt"}
SEEN = set(sys.path) | {sys.prefix, sys.base_prefix, "/usr", "/lib", "/bin", "/lib64", "/lib32"}


def request_id_of(message):
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in SEEN]
        if NAMES.intersection(files) or {"solutions", "attempts", "mutants", ".git"}.intersection(folders):
            return message._request_id
    for place in map(Path, SEEN):
        if (place / "solutions").exists() or (place / "tests" / "attempts").exists():
            return message._request_id
    return "nothing"
