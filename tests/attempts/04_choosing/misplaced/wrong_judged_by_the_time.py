"""I believed: what comes back within a minute is fast enough for a person."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    found = []
    for call in calls:
        right = choose_pattern(call.task).pattern
        quick = call.pattern == Pattern.BATCHES and call.answered_after < 60
        if call.pattern != right and (call.pattern, right) != (Pattern.STREAMING, Pattern.STANDARD) and not quick:
            found.append(call.id)
    return found
