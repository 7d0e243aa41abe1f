"""From a lesson's source, `solutions/NN_topic.py`, to its two notebooks: the executed solution and the learner's.

source.py           the text of a lesson as a notebook whose cells know their lines
markers.py          solution regions, and the sentences for malformed ones
transformations.py  pure functions on a notebook, and the two lists that make the two notebooks
kernel.py           running a notebook in a clean kernel of this very interpreter
digest.py           whether a learner edited a notebook
comparison.py       where two notebooks first differ
overview.py         the README's tables
files.py            writing all or nothing, and keeping what a learner wrote
deriving.py         which lessons are meant, and making something of each
building.py         the above, in order; report.py what came of it
colab.py            a learner's notebook that fetches the course first
checkout.py         whether a folder is the course's
scaffolding.py      a lesson or an exercise begun, from what is in templates/
"""
