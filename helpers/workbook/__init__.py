"""What a learner has done, where they work: it is kept, shown, and begun again.

journal.py    what was passed, line by line
standing.py   how far that is; card.py the same as a card, status.py in a terminal
resuming.py   where one stopped
resetting.py  a lesson or an exercise from its beginning, with a copy of what was there; defining.py where it is defined
luggage.py    all of it as one file
editions.py   lessons that have changed since they were begun
desk.py       both, as cards; choosing.py with buttons below
"""
