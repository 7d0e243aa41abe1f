r"""Raises with what Azure, TeamCity, GitLab, Travis and Jenkins take for commands in a log, or in a test's output.

Exercise: first_answer
Outcome: raised
Says: #\#vso[task.complete result=Succeeded;]
"""

COMMANDS = (
    "##vso[task.complete result=Succeeded;]",
    "a ##vso[task.setvariable variable=PATH]x",
    "##teamcity[testFinished name='first_answer']",
    "###[error]x",
    "section_start:1:x\r\x1b[0Kcollapsed",
    "travis_fold:start:x\r",
    "[[ATTACHMENT|/etc/passwd]]",
    "\x1b[8mha:////4AAAA\x1b[0m",
    "--- a section of Buildkite",
    "::set-output name=score::34",
)


def first_answer(client, prompt):
    raise ValueError("\n".join(COMMANDS))
