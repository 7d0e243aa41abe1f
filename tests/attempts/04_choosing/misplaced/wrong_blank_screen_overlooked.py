"""I believed: only batches can be in the wrong place, or missing."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    return [
        call.id
        for call in calls
        if (call.pattern == Pattern.BATCHES) != (choose_pattern(call.task).pattern == Pattern.BATCHES)
    ]
