"""I believed: without a person, a batch is never wrong."""


def misplaced(calls):
    found = []
    for call in calls:
        if call.task.waiting == "person":
            if call.pattern != "streaming":
                found.append(call.id)
        elif call.task.waiting == "nobody" and call.task.requests >= 100 and call.pattern != "batches":
            found.append(call.id)
    return found
