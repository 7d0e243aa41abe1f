"""I believed: batches are too slow for production."""


def misplaced(calls):
    return [call.id for call in calls if call.pattern == "batches"]
