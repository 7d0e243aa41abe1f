"""I believed: the choice is for me to read."""

from helpers.patterns import Pattern


def choose(task):
    print(Pattern.STREAMING if task.waiting == "person" else Pattern.STANDARD)
