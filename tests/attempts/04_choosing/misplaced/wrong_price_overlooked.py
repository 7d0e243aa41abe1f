"""I believed: the failure is called batches for user-facing, so that is what to look for."""


def misplaced(calls):
    return [call.id for call in calls if call.task.waiting == "person" and call.pattern == "batches"]
