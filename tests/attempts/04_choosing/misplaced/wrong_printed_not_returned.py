"""I believed: a log is read by people."""

from helpers.facts import choose_pattern


def misplaced(calls):
    for call in calls:
        if call.pattern != choose_pattern(call.task).pattern:
            print(call.id)
