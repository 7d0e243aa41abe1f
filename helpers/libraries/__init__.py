"""What other libraries make of each ending: a table, made by running them over the replay.

programs/    one program for each library, as its documentation begins; calling.py runs one of them, in its environment
table.py     the table, as it is kept in table.json
making.py    each library in an environment of its own, with its current release, at every ending → the table

    python -m helpers.libraries.making            make the table anew, and say what differs from the one that is kept
    python -m helpers.libraries.making --keep     … and keep it, with today's versions

None of it is in the learner's lock: what a library did is kept as text.
"""
