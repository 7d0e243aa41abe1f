"""I believed: one finding needs no list."""


def misplaced(calls):
    return ", ".join(call.id for call in calls if call.task.waiting == "person" and call.pattern == "batches")
