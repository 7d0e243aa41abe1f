"""Raises an exception of a class that is called like a formula.

Exercise: first_answer
Outcome: raised
Says: ;=HYPERLINK("https://a.example")
"""


def first_answer(client, prompt):
    raise type(';=HYPERLINK("https://a.example")', (Exception,), {})
