"""A stub whose default value takes four seconds, each time that somebody looks whether it is still the stub.

Exercise: first_answer
Outcome: used_up_its_time
Says: The time for this submission is used up: 0.9 seconds for all of its exercises.
Seconds: 0.9
"""

import time


def slow():
    time.sleep(4)


def first_answer(client, prompt, *, x=slow()): ...
