"""I believed: a stream does no harm."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    return [
        call.id
        for call in calls
        if call.pattern != choose_pattern(call.task).pattern and call.pattern != Pattern.STREAMING
    ]
