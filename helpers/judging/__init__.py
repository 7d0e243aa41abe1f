"""Judging what a learner's function did. No lesson is named here, and nothing of this is in the learner's process.

check.py     cases, misconceptions and hints of one exercise, and what happened in one case
checking.py  a check in the process that the function lives in: for the notebook
verdict.py   what is to be said; conduct.py what no function may do; returning.py what a signature promises
offer.py     the case in question, for whoever is told to try it; handing.py what is given in it; inhand.py in hand
reading.py   what a run left; mistakes.py misconceptions that several lessons meet; words.py texts drawn from a seed
exact.py     comparing by exact types; tables.py what was left in a SQLite file
solutions.py our own solutions, read from their source, and what a learner wrote instead
"""
