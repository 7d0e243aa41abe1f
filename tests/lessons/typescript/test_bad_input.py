"""What is no attempt but an accident: each is a card that says which, and the next check works."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from helpers.display import result_card
from helpers.judging.checking import SECONDS_PER_CASE, check_function
from helpers.lessons.found import check_named
from helpers.typescript import node
from helpers.typescript.functions import define
from helpers.typescript.runner import RUNNER

NAME: Final = "showText"
CELL: Final = """
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  BODY
}
"""
ASKED: Final = '{ model: MODEL, max_tokens: 400, messages: [{ role: "user", content: prompt }] }'
SECONDS: Final = 1.0
"""For a case that does not end by itself. The others have as long as a learner's."""
BODIES: Final = {
    "type error": (
        'const n: number = "1";\n  return String(n);',
        'TS2322 in your line 6: `const n: number = "1";`',
    ),
    "syntax error": ("return (;", "TS1109 in your line 6: `return (;`"),
    "thrown": ('throw new RangeError("no");', 'RangeError in your line 6: `throw new RangeError("no");`'),
    "unhandled rejection": (f"void client.messages.stream({ASKED});\n  return '';", "unhandled rejection"),
    "waits for ever": ("return new Promise(() => {});", "waits for what nothing can bring about any more"),
    "10 million lines": ("for (let i = 0; i < 1e7; i++) console.log(i);\n  return '';", "your function printed 2,00"),
    "process.exit": ("process.exit(1);", "ended the Node process that it ran in"),
}


@pytest.fixture(autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    RUNNER.end()


def card_of(function: Callable[..., Any], seconds: float = SECONDS_PER_CASE) -> str:
    """The card, as text."""
    return repr(result_card(check_function(check_named(NAME), function, seconds=seconds)))


def made(source: str) -> Callable[..., Any]:
    """The function that this cell defines."""
    return define(NAME, source)[1][NAME]


@pytest.mark.skipif(node.problem() is not None, reason=str(node.problem()))
@pytest.mark.parametrize(("body", "said"), BODIES.values(), ids=BODIES)
def test_said(body: str, said: str) -> None:
    """In the second line of the card, below its outcome."""
    assert said in card_of(made(CELL.replace("BODY", body))).splitlines()[1]


@pytest.mark.skipif(node.problem() is not None, reason=str(node.problem()))
def test_endless_loop() -> None:
    """Nobody is told where a loop of JavaScript is, but in which function."""
    said = "still running after 2 seconds, in your line 5: `export async function showText("
    assert said in card_of(made(CELL.replace("BODY", "for (;;);")), SECONDS).splitlines()[1]


@pytest.mark.skipif(node.problem() is not None, reason=str(node.problem()))
def test_missing_package() -> None:
    """The compiler names it, in the line that imports it."""
    source = 'import { chunk } from "lodash";' + CELL.replace("BODY", 'return chunk([prompt], 1).join("");')
    said = "TS2307 in your line 1: `import { chunk } from \"lodash\";`. It says: Cannot find module 'lodash'"
    assert said in card_of(made(source)).splitlines()[1]


def test_node_16(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the learner's is at fault: it says what mends it."""
    monkeypatch.setattr(node, "problem", lambda: "This is Node 16.20.2, and TypeScript needs Node 20 or newer: …")

    def showText(client: object, prompt: str, write: object) -> None:  # noqa: N802 - as the exercise is called
        raise AssertionError("it is not called")

    outcome, why, *_ = card_of(showText).splitlines()
    assert outcome == "– showText — not available here"
    assert why.startswith("This is Node 16.20.2")
