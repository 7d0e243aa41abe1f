"""What is said to a Python that is too old to read the rest of the doctor; this much it can read."""

import sys

OLDEST = (3, 11)
"""As pyproject.toml has it."""
MEND = "make install PYTHON=python3.13, or another that is new enough"


def too_old() -> str:
    """A finding, as finding.py shows one, and that there is nothing else to be looked at."""
    running, oldest = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST))
    return (
        f"✗ broken  Python            {running} at {sys.executable}; the course wants >={oldest}\n"
        f"{'':27} → {MEND}\n\n1 broken: begin with the first.\n"
    )
