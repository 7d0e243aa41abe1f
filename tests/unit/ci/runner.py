"""How GitHub's runner reads the output of a step: as ActionCommand.cs and ActionCommandManager.cs in it do."""

import re
from typing import Final

COMMANDS: Final = frozenset(
    [
        *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice"),
        *("remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
    ]
)
_NEW: Final = re.compile(r"\s*::([^\s:]*)(?: .*?)?::(.*)", re.DOTALL)
_OLD: Final = re.compile(r"##\[([^\s\]]*)[^\]]*\](.*)", re.DOTALL)


def commands_in(output: str) -> list[str]:
    """The lines of `output` that the runner acts on, but for those that stop it and let it go on."""
    acted: list[str] = []
    stopped_by = ""
    # As .NET does: a carriage return ends a line, too.
    for line in re.split(r"\r\n|\r|\n", output):
        known = {*COMMANDS, stopped_by} - {""}
        command = next(
            (each for each in (_NEW.match(line), _OLD.search(line)) if each and each[1].lower() in known), None
        )
        if command is None:
            continue
        if stopped_by:
            stopped_by = "" if command[1].lower() == stopped_by else stopped_by
        elif command[1].lower() == "stop-commands":
            stopped_by = command[2].lower()
        else:
            acted.append(line)
    return acted
