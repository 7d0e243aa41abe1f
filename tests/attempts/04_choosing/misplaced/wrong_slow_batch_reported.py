"""I believed: what takes hours is in the wrong place."""


def misplaced(calls):
    return [call.id for call in calls if call.pattern == "batches" and call.answered_after > 10]
