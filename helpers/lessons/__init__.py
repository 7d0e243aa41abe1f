"""The lessons, one folder each: found by being there, in no list.

    midstream/
        __init__.py   the lesson: its name and title, and its exercises in their order, with what calls them
        drivers.py    how its functions are called; and whatever scenery its notebook imports
        checks/       what judges: a module for each exercise, named like it

A lesson imports no other lesson. What lies beside `checks` may be in the process that runs a learner's code; `checks`
never is. found.py finds them.
"""
