"""I believed: the choice is for me to read."""

from helpers.facts import Pattern


def choose(task):
    print(Pattern.STREAMING if task.waiting == "person" else Pattern.STANDARD)
