"""Right: one comprehension."""

from helpers.facts import Pattern, choose_pattern

OK = {("streaming", "standard")} | {(one, one) for one in Pattern}


def misplaced(calls):
    return [call.id for call in calls if (call.pattern, choose_pattern(call.task).pattern) not in OK]
