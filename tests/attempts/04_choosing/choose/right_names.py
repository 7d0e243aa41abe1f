"""Right: the names of the patterns, and early returns."""


def choose(task):
    if task.waiting == "person":
        return "streaming"
    hurry = task.deadline_hours is not None and task.deadline_hours <= 24
    if not (task.waiting == "program" or task.in_turn or hurry or task.requests < 100):
        return "batches"
    return "streaming" if task.seconds > 600 or task.max_tokens > 21_333 else "standard"
