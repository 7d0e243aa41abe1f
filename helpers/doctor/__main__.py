"""`python -m helpers.doctor`: the same as `course doctor`, where not even that starts."""

import sys

from helpers.doctor.finding import main

if __name__ == "__main__":
    sys.exit(main())
