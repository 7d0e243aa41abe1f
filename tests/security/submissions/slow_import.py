"""Imports a module of its own making, which takes its time: a process that is new imports it anew.

Exercise: request_id_of
Outcome: used_up_its_time
Seconds: 0.9
"""

import sys
from pathlib import Path

written = Path("takes_its_time.py").write_text("import time\ntime.sleep(5)\nword = '_request_id'\n")
found = sys.path.insert(0, str(Path.cwd()))
import takes_its_time  # noqa: E402


def request_id_of(message):
    return (written, found) and getattr(message, takes_its_time.word)
