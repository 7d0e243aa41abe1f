"""What this machine has and lacks for the course, and the one command that mends it: `course doctor`.

finding.py   what is said of one thing; oldest.py what to a Python that is too old for all this
packages.py  Python and its packages, as pyproject.toml and the lock want them
machine.py   kernel, programs, ports and settings
folders.py   what is written to

It has to work where nothing else does. Nothing but Python's own library is imported before it is looked for, and where
not even `course` starts, `python -m helpers.doctor` in the course's folder does.
"""
