"""I believed: as long as everybody gets an answer in time, all is well."""

from helpers.facts import Pattern, choose_pattern


def misplaced(calls):
    found = []
    for call in calls:
        right = choose_pattern(call.task).pattern
        late = call.pattern == Pattern.BATCHES and right != Pattern.BATCHES
        blank = right == Pattern.STREAMING and call.pattern != Pattern.STREAMING
        if late or blank:
            found.append(call.id)
    return found
