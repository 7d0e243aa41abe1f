"""I believed: the calls themselves say most."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    return [
        call
        for call in calls
        if (call.pattern, choose_pattern(call.task).pattern)
        in [(Pattern.BATCHES, Pattern.STREAMING), (Pattern.STANDARD, Pattern.BATCHES)]
    ]
