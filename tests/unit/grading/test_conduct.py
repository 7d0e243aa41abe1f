"""What a function may not do is called the same in the notebook and in a report, whichever side stops it."""

import signal
from collections.abc import Iterator
from typing import Final

import pytest

from helpers.grading.definitions import define, needed_for, read_cell
from helpers.grading.grader import SECONDS_PER_CASE, grade
from helpers.grading.nursery import Nursery
from helpers.judging.checking import check_function
from helpers.lessons.found import check_named
from tests.unit.grading.conftest import WriteNotebook

NAME: Final = "first_answer"
SECONDS: Final = 1.0
ASKS: Final = (
    'message = client.messages.create(model="claude-opus-4-8", max_tokens=99, '
    'messages=[{"role": "user", "content": prompt}])'
)

BODIES: Final = {
    "a loop": "while True:\n        pass",
    "a loop that catches": "while True:\n        try:\n            1 / 0\n        except Exception:\n            pass",
    "a wait": "import time\n    time.sleep(3_600)",
    "exit": "raise SystemExit(0)",
    "quit": "quit()",
    "a request elsewhere": "import httpx2\n    return httpx2.get('http://example.org').text",
    "a socket": "import socket\n    socket.create_connection(('192.0.2.1', 80))",
    "a closed client": "client.close()\n    return prompt",
    "a client in a with": "with client:\n        return prompt",
    "much output": "for number in range(5_000):\n        print(number)\n    return prompt",
    "one long line": "print('x' * 1_000_000)\n    return prompt",
    "an exception": "raise KeyError(prompt)",
    "an interrupt in a group": "raise BaseExceptionGroup('both', [KeyError(1), SystemExit(1)])",
    "nothing returned": f"{ASKS}\n    print(message)",
    "a generator": "yield prompt",
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all."""
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_same_word(nursery: Nursery, write_notebook: WriteNotebook, body: str) -> None:
    """From outside, conduct is what it is in the notebook."""
    cell = f"def {NAME}(client, prompt):\n    {body}"
    function = define(needed_for(NAME, read_cell("cell 1", cell)[0]))[0][NAME]
    inside = check_function(check_named(NAME), function, seconds=SECONDS)
    (outside,) = grade(write_notebook(cell), only=NAME, seconds_per_case=SECONDS, nursery=nursery).verdicts
    assert (outside.outcome, outside.misconception) == (inside.outcome, inside.misconception), outside.message


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no alarms here")
def test_computes(nursery: Nursery, write_notebook: WriteNotebook) -> None:
    """Who computes without an end is told so soon, also where less time is left than a case may wait."""
    cell = f"def {NAME}(client, prompt):\n    {BODIES['a loop']}"
    (verdict,) = grade(
        write_notebook(cell), only=NAME, seconds_per_submission=SECONDS_PER_CASE - 1, nursery=nursery
    ).verdicts
    assert verdict.misconception == "never_ended"
    assert verdict.runs[-1].observation.conduct.overran == pytest.approx(2, abs=1)
