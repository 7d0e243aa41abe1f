"""Grading from outside: the same checks as in the notebook, with the learner's code in a process of its own.

    parent                                          child
    the submission's text, read and never run       defines the functions, calls them
    cases, seed, scenario, expected values          the inputs of one case
    the replay server and its wire log              an official client, `base_url` on loopback
    the verdict                                     an observation, as JSON

submission.py   files → cells; in the parent. stripping.py leaves out what a notebook has printed, sniffing.py says
                what a file is that is none
missing.py      why an exercise is not there: what was left out, and where its name stands that does not count
grader.py       one submission: cases, questions, verdicts; turns.py in which order the cases come, and how many
dialogue.py     one question at a time, to a process that is ended when it gives no answer
budget.py       the seconds that a submission may take, over everything that waits for its code
messages.py     what crosses the boundary, and the check of its shape; extent.py how much; answers.py line by line
nursery.py      where processes come from; process.py one of them, as the grader sees it
zygote.py       the warm process that they are forked from; sandbox.py what shuts them in; shelf.py what they can read
limits.py       how much of the machine a submission may use; syscalls.py what it may not ask the kernel for
languages.py    Python and TypeScript: what a submission holds of each, and a dialogue in each; compiling.py the
                compiler of a class; typescript_child.py calls functions of TypeScript, in a Node that starter.py starts
child.py        answers the grader's questions; definitions.py cells → the statements that one function needs;
                effects.py what a statement changes besides what it binds
writing.py      a report as a file: all of it, or nothing and a sentence
transport.py    the child's client, its patience scaled to the server's clock; clock.py API time, as the server tells
                it; where the child's loop keeps API time itself, replies are handed over (helpers/replay/script.py),
                played there, and told of afterwards
artefacts.py    what a submission left in its folder
report.py, formats.py, platforms.py  what was found, as text, JSON, JUnit's XML and Markdown, and as platforms take it
gathering.py, archive.py  whatever was handed in → notebooks by name; handed_in.py grades that
plain.py        what strangers wrote, made fit for a terminal and for the log of a CI: on one line, or marked on each

The child has imported what calls a function, and nothing that judges one: no case, expected value, misconception or
hint. With namespaces their code is not on its disk either; with a guard alone all files of the course can be read.

One child serves a submission. When its code takes too long, sends too many requests or ends the process, the child is
ended and another one takes its place, so that every exercise is judged whatever another one does. All that waits for
its code, definitions and new processes too, comes out of one budget of seconds; half of it is kept in shares for
exercises still to come, and one that gets no more is said to have used up its time. In one case a function may wait ten
seconds and, in Python, compute for two: the first depends on what else the machine does, the second does not.

In a case, all connections to the server share one allowance: their number, the bytes of bodies, and requests, which
count from their heads on. Who wants more is stopped, and what was too much is said. When the case ends, everybody is
hung up on; a single connection that has had its answer, and has asked for nothing since, goes on in the next. Of the
line to the child one answer is read for each question, of a megabyte at most, 50,000 values and 100 levels; what the
cases of one exercise sent and answered is kept up to 8 MB, and 1.5 MB of it in the verdict.

What it protects against, everywhere: constants, also by position (cases are drawn anew, shuffled, and joined by
others), finding the seed by what was drawn from it (a keyed hash for each purpose, exercise and case; a small number
that was typed as a seed can be guessed), reading a key (there is none), printing what looks like an answer (stdout
leads nowhere), pickles (only JSON is read), values that no judge could take, using up the grader's memory through the
server or the line, loops without end, time that adds up, words that read like a line of the
grader's, like a CI's command or, in a table, like a formula, what goes on after its case (each has an address and a
folder of its own), and words instead of deeds wherever a verdict rests on the wire log or on an artefact. On Linux also
against more processes than one, signals to others, and memory past the limit of that one; where a function is
TypeScript the one is Node, with the same limits, filter and walls, and less memory. With namespaces, also against
reading and writing other files, other hosts, and using up the disk. What can be read then is Python with its packages,
what learners import of this one, and the system's programs: keep nothing secret among them. Where there were namespaces
once it is never less: what can't be kept apart is not graded. A class demands them unless a guard is asked for by name.

What it does not protect against: code that forges the observation of its own function, by changing the modules it runs
among. It then says what the function returned, wrote or raised, which it could as well return: what is expected never
enters the child. But what a driver notes besides is forged with it: the waits of `wait_for` and `ask_within`, the other
process of `dedup_key`, the moments of `show`, the lines of `logged_ask`, `attempt_logger` and `SupportBot`, what the
pages of `relay` saw, when `stream_within` gave up; and so is the time of day, in API time, and how far a reply came
that was handed over, whose end lies in the child before it is played. A function that calls a helper of ours in place
of its own code is not told apart from one that does the same by itself. With a guard alone, the code runs as the user
who grades, and can do what that user can, such as fill the disk. A submission may use 2 GB of memory; each worker
grades one at a time, beside up to eight that it waits for, which may take theirs later: where the machine has none
left, it is a submission that the system ends. The books that the kernel keeps of one, such as those of its pages and
its locks on files, are not counted (limits.py). And no process is safe from a hole in the kernel: grade what strangers
wrote on a machine, or in a container, that holds nothing of worth.
"""
