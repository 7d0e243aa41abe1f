"""I believed: the method's name will do."""


def choose(task):
    if task.waiting == "person":
        return "stream"
    return "batch" if task.requests > 1 else "create"
