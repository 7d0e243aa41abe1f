"""Right: every call beside the pattern that its task should have."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    found = []
    for call in calls:
        right = choose_pattern(call.task).pattern
        harmless = call.pattern == Pattern.STREAMING and right == Pattern.STANDARD
        if call.pattern != right and not harmless:
            found.append(call.id)
    return found
