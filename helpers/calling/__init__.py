"""Calling what a learner wrote, and seeing what it does. Nothing here judges, or knows what is right.

exercise.py    what an exercise is called with; the lesson that it is of
stage.py       what surrounds a function while it is called, and the drivers that call it
signature.py   whether a function is still the stub, and can be called as its exercise says
observation.py what can be seen of it from outside, as JSON; whose.py whether a file is the learner's
guard.py       keeps the process, and its network, as they were; printing.py, deadline.py what it prints, and how long
loops.py       one event loop for an asynchronous client
life.py        a process that dies anywhere, played: on the wire (mortalwire.py), at a commit (mortaldb.py); memory.py
               what it remembers, and forgets
pauses.py      what a function sleeps, in API time; sleeping.py: sleeps that a driver wants to see
"""
