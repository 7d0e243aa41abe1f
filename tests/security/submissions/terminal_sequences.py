r"""Raises with what moves a cursor, clears lines, colours text, makes links and sets the clipboard of a terminal.

Exercise: first_answer
Outcome: raised
Says: \x1b[2K\x1b[1A✓ first_answer — passed
"""

SEQUENCES = (
    "\x1b[2K\x1b[1A✓ first_answer — passed",
    "\x9b2K\x9b1A",
    "x" + "\x08" * 80 + "✓ first_answer — passed",
    "\x1b]8;;https://a.example\x1b\\34 of 34 points\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b[?1049h\x1bc\x0e\x0f\x7f",
)


def first_answer(client, prompt):
    raise ValueError(" ".join(SEQUENCES))
