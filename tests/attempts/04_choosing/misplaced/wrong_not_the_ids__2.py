"""I believed: the position in the log finds a call."""

from helpers.facts import choose_pattern


def misplaced(calls):
    return [place for place, call in enumerate(calls) if call.pattern != choose_pattern(call.task).pattern]
