"""What is said of one thing that was looked at, and looking at all of them."""

import json
import shlex
import sys
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from pathlib import Path
from subprocess import list2cmdline
from typing import Final, Literal

ROOT: Final = Path(__file__).parents[2]


def quoted(path: Path | str) -> str:
    """As a command has it, whatever is in the names of its folders."""
    return list2cmdline([str(path)]) if sys.platform == "win32" else shlex.quote(str(path))


def install() -> str:
    """What puts every package in its place: of this very Python, whoever installed it."""
    if sys.platform != "win32" and Path(sys.prefix) == ROOT / ".venv":
        return "rm -rf .venv && make install"
    if sys.prefix == sys.base_prefix and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists():
        # Where pip is not to install anything, as in Debian's own Python.
        return "make install"
    return f"{quoted(sys.executable)} -m pip install --require-hashes -r {quoted(ROOT / 'binder' / 'requirements.txt')}"


INSTALL: Final = install()

NAME: Final = 17
"""Characters of the longest name."""

State = Literal["fine", "optional", "broken"]
SYMBOLS: Final[dict[State, str]] = {"fine": "✓", "optional": "–", "broken": "✗"}
WORDS: Final[dict[State, str]] = {"fine": "fine", "optional": "lacking", "broken": "broken"}


@dataclass(frozen=True)
class Finding:
    """One thing, how it is, and the command that mends it."""

    name: str
    state: State
    """`optional` is lacking and not needed by every lesson."""
    said: str
    mend: str = ""
    """A command, or what to do where there is no command."""

    def __str__(self) -> str:
        line = f"{SYMBOLS[self.state]} {WORDS[self.state]:<7} {self.name:<{NAME}} {self.said}"
        return f"{line}\n{'':{NAME + 10}} → {self.mend}" if self.mend else line


Look = Callable[[], Iterable[Finding]]


def examine(looks: Sequence[tuple[str, Look]] | None = None) -> list[Finding]:
    """What was found, one thing after the other. Nothing is raised: what cannot be looked at is broken."""
    if looks is None:
        from helpers.doctor import folders, machine, packages

        looks = [*packages.LOOKS, *folders.LOOKS, *machine.LOOKS]
    return [finding for name, look in looks for finding in _look(name, look)]


def _look(name: str, look: Look) -> list[Finding]:
    try:
        return list(look())
    except Exception as error:  # noqa: BLE001 - in a broken environment anything may happen, and the next look goes on
        return [Finding(name, "broken", f"cannot be looked at: {type(error).__name__}: {error}", _mend(error))]


def _mend(error: Exception) -> str:
    """A file of the course is in git; whatever else is missing comes with the packages."""
    if isinstance(error, FileNotFoundError) and error.filename:
        gone = Path(error.filename)
        if gone.is_relative_to(ROOT) and not gone.is_relative_to(sys.prefix):
            return f"git checkout -- {quoted(gone.relative_to(ROOT).as_posix())}"
    return INSTALL


def holds(findings: Iterable[Finding]) -> bool:
    """Whether nothing is broken that every lesson needs."""
    return all(finding.state != "broken" for finding in findings)


def report(findings: Sequence[Finding]) -> str:
    """The findings as text, a line or two for each, and what they come to."""
    broken = sum(finding.state == "broken" for finding in findings)
    lacking = sum(finding.state == "optional" for finding in findings)
    end = f"{broken} broken: begin with the first." if broken else "Everything that the lessons need is fine."
    end += f" {lacking} lacking that you may want." if lacking else ""
    if Path.cwd() != ROOT and any(finding.mend for finding in findings):
        end += f" The commands are for the course's folder, {ROOT}."
    return "\n".join([*map(str, findings), "", end])


def report_json(findings: Sequence[Finding]) -> str:
    """The same as JSON."""
    value = {"fine": holds(findings), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Look, print, and return the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that knows no more than ASCII gets the rest written out.
        sys.stdout.reconfigure(errors="backslashreplace")
    found = examine()
    sys.stdout.write(f"{report(found)}\n")
    return 0 if holds(found) else 1
