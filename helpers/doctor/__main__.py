"""`python -m helpers.doctor`: the same as `course doctor`, where not even that starts."""

import sys
from io import TextIOWrapper

from helpers.doctor.oldest import OLDEST, too_old


def main() -> int:
    """Look, print, and return the exit code."""
    if sys.version_info < OLDEST:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout.write(too_old())
        return 1
    from helpers.doctor.finding import main as look

    return look()


if __name__ == "__main__":
    sys.exit(main())
