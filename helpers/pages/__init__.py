"""The lessons as pages that read well without Jupyter: `course build --html`.

A page shows its notebook as it is handed out, run from top to bottom: what a cell shows there is what a learner sees,
and no solution is given away.

running.py    a lesson → its notebook as handed out, with its outputs
rendering.py  a notebook → a page, by nbconvert with the template in template/
finishing.py  what nbconvert leaves open: places in the page, links to other pages, cards as part of a page
writing.py    the above, in order, and the list of lessons

Nothing in a page asks anybody for anything: styles are in it, and it has no script.
"""
