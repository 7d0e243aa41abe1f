"""What this machine has and lacks for the course, and the one command that mends it: `course doctor`.

finding.py   what is said of one thing
packages.py  Python and its packages, as pyproject.toml and the lock want them
machine.py   everything else that the course meets on a machine

It has to work where nothing else does. Nothing but Python's own library is imported before it is looked for, and where
not even `course` starts, `python -m helpers.doctor` in the course's folder does.
"""
