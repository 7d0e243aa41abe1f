#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image, with the unpacked archive in /autograder/source.
set -euo pipefail
root=${AUTOGRADER_ROOT:-/autograder}
cd "$root/source/course"

# Ubuntu 22.04, Gradescope's base image, has Python 3.10, and the course needs 3.11.
python=""
for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$name && break; fi
done
if [ -z "$python" ]; then
    apt-get update
    apt-get install --yes --no-install-recommends make python3.11 python3.11-venv
    python=python3.11
fi
command -v make >/dev/null || { apt-get update && apt-get install --yes --no-install-recommends make; }
make install PYTHON="$python"
