"""I believed: whatever differs is wrong."""

from helpers.facts import choose_pattern


def misplaced(calls):
    return [call.id for call in calls if call.pattern != choose_pattern(call.task).pattern]
