"""Right: a match statement over the fields."""

from helpers.facts import Pattern, Task


def choose(task):
    match task:
        case Task(waiting="person"):
            return Pattern.STREAMING
        case Task(waiting="nobody", in_turn=False, requests=count, deadline_hours=hours) if count >= 100 and (
            hours is None or hours > 24
        ):
            return Pattern.BATCHES
        case Task(seconds=seconds, max_tokens=tokens) if seconds > 600 or tokens > 21_333:
            return Pattern.STREAMING
        case _:
            return Pattern.STANDARD
