"""Right: the mistakes, one by one."""


def is_wrong(pattern, task):
    if task.waiting == "person":
        return pattern != "streaming"
    hurry = task.deadline_hours is not None and task.deadline_hours <= 24
    bulk = task.waiting == "nobody" and task.requests >= 100 and not task.in_turn and not hurry
    if (pattern == "batches") != bulk:
        return True
    return pattern == "standard" and (task.seconds > 600 or task.max_tokens > 21_333)


def misplaced(calls):
    return [call.id for call in calls if is_wrong(call.pattern, call.task)]
