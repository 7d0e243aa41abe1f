"""What a function does to the process it is checked in is kept in, and the card says what it was."""

import socket
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx2
import pytest
from anthropic import Anthropic

from helpers import make_client
from helpers.calling.printing import LINES_SHOWN
from helpers.display import result_card
from helpers.grading.grader import open_grader
from helpers.grading.submission import Submission, read_file
from helpers.judging.checking import check_function
from helpers.judging.conduct import CONDUCT, MOST_LINES
from helpers.judging.verdict import Verdict
from helpers.lessons.found import check_named
from tests.unit.calling.conftest import define

ASK: Final = check_named("ask")
HEAD: Final = """
import contextlib, sys, urllib.request
import anthropic, httpx2
from helpers import MODEL, make_client

def text_of(client, prompt):
    message = client.messages.create(model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}])
    return "".join(block.text for block in message.content if block.type == "text")

def ask(client, prompt):
"""
RIGHT: Final = "    return text_of(client, prompt)"

BAD: Final = {
    "never_ended": ["    while True:\n        pass"],
    "left_the_process": ["    sys.exit(0)", "    raise SystemExit('done')"],
    "closed_the_client": [
        "    with client:\n        return text_of(client, prompt)",
        "    text = text_of(client, prompt)\n    client.close()\n    return text",
        "    text = text_of(client, prompt)\n    client.with_options(max_retries=1).close()\n    return text",
    ],
    "printed_too_much": [
        f"    for n in range(20_000):\n        print(n)\n{RIGHT}",
        f"    print('x' * 3_000_000)\n{RIGHT}",
        f"    sys.stderr.write('x\\n' * 20_000)\n{RIGHT}",
    ],
    "own_client": [
        "    client = anthropic.Anthropic()\n    return text_of(client, prompt)",
        "    client = anthropic.Anthropic(api_key='mine')\n    return text_of(client, prompt)",
        "    with anthropic.Anthropic(api_key='mine') as client:\n        return text_of(client, prompt)",
        "    client = make_client()\n    return text_of(client, prompt)",
        "    client = make_client('overloaded_twice', speed=1)\n    return text_of(client, prompt)",
        "    return httpx2.post('https://api.anthropic.com/v1/messages', json={'prompt': prompt}).text",
        "    return httpx2.post('https://93.184.215.14/v1/messages', json={'prompt': prompt}).text",
        "    return urllib.request.urlopen('https://api.anthropic.com/v1/messages').read().decode()",
        "    with contextlib.suppress(Exception):\n        return text_of(anthropic.Anthropic(api_key='mine'), prompt)",
        "    try:\n        return httpx2.get('https://example.org').text\n    except:\n        return ''",
    ],
}
BAD_ONES: Final = [(identifier, body) for identifier, bodies in BAD.items() for body in bodies]

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A way out of the process that tells, should anybody get as far. The guard stands before it."""

    def reached(*arguments: Any, **named: Any) -> Any:
        raise AssertionError(f"the network was reached: {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", reached)
    monkeypatch.setattr(socket.socket, "connect", reached, raising=False)


def check(body: str, seconds: float = 3600.0) -> Verdict:
    return check_function(ASK, define(HEAD + body), seconds=seconds)


@pytest.mark.parametrize(("identifier", "body"), BAD_ONES, ids=[identifier for identifier, _ in BAD_ONES])
def test_named(identifier: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card says which, whatever key the machine has; and the process is as it was."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    before = _state()
    verdict = check(body, seconds=0.02 if identifier == "never_ended" else 3600.0)
    assert (verdict.outcome, verdict.misconception) == ("misconception", identifier), verdict.message
    assert verdict.points == 0
    card = result_card(verdict)
    assert card.text.startswith("✗ ask — ")
    assert verdict.message in card.text
    assert verdict.next_step in card.text
    assert _state() == before
    assert check(RIGHT).outcome == "passed"


def _state() -> list[Any]:
    kinds = (httpx2.Client, httpx2.AsyncClient)
    return [
        sys.stdout,
        sys.stderr,
        socket.getaddrinfo,
        socket.socket.connect,
        socket.socket.connect_ex,
        *(kind.__init__ for kind in kinds),
        *(kind.send for kind in kinds),
    ]


def test_no_key() -> None:
    """Without a key the SDK sends nothing: the card still says that the client is not the one given."""
    verdict = check(BAD["own_client"][0])
    assert verdict.misconception == "own_client"
    assert "sent nothing over the one it was given" in verdict.message


def test_clients_of_the_notebook() -> None:
    """A client made before, in another cell, is none that was given either."""
    function = define("def ask(client, prompt):\n    return text_of(other, prompt)")
    function.__globals__.update(text_of=define(HEAD.partition("def ask")[0]), other=make_client())
    verdict = check_function(ASK, function)
    assert verdict.misconception == "own_client"
    assert "over another client of `make_client()`" in verdict.message
    assert "your line 2: `return text_of(other, prompt)`" not in verdict.message  # the innermost line is shown
    assert "`message = client.messages.create(" in verdict.message


def test_line_shown() -> None:
    """A loop is shown where it ran."""
    assert "after 0.02 seconds, in your line 1" in check(BAD["never_ended"][0], seconds=0.02).message


def test_stops_at_once() -> None:
    """The other cases of a function that never ends are not tried."""
    assert len(check(BAD["never_ended"][0], seconds=0.02).runs) == 1
    assert len(check(RIGHT).runs) > 1


def test_copies_are_the_same_client() -> None:
    """`with_options` and its like go over the same wire."""
    assert check("    return text_of(client.with_options(timeout=60).copy(max_retries=3), prompt)").outcome == "passed"


def test_few_prints_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """What one prints to see it is seen."""
    verdict = check(f"    print('asked:', prompt[:5])\n{RIGHT}")
    assert verdict.outcome == "passed"
    assert capsys.readouterr().out.count("asked: Where\n") == len(verdict.runs)


def test_many_prints_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A million lines do not drown the notebook, and none is lost in the count."""
    verdict = check(f"    for n in range(1_000_000):\n        print(n)\n{RIGHT}")
    shown = capsys.readouterr().out
    assert "printed 1,000,000 lines" in verdict.message
    assert shown.startswith("0\n1\n2\n")
    assert shown.endswith(f"{LINES_SHOWN - 1}\n\n… 999,900 more lines were printed and are not shown.\n")


def test_prints_in_between(capsys: pytest.CaptureFixture[str]) -> None:
    """More than is shown is no mistake yet."""
    lines = MOST_LINES // 2
    assert check(f"    for n in range({lines}):\n        print(n)\n{RIGHT}").outcome == "passed"
    assert f"… {lines - LINES_SHOWN:,} more lines" in capsys.readouterr().out


def test_exit_in_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython's `exit` would end the kernel. While a function is checked it raises."""
    asked: list[bool] = []
    shell = SimpleNamespace(ask_exit=lambda: asked.append(True))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    function = define("def ask(client, prompt):\n    shell.ask_exit()")
    function.__globals__["shell"] = shell
    assert check_function(ASK, function).misconception == "left_the_process"
    assert asked == []
    shell.ask_exit()
    assert asked == [True]


def test_closed_async_client() -> None:
    """An asynchronous client is not to be closed either."""
    verdict = check_function(check_named("ask_all"), define(ASK_ALL))
    assert verdict.misconception == "closed_the_client", verdict.message


ASK_ALL: Final = """
from helpers import MODEL
async def ask_all(client, prompts, limit):
    async with client:
        return [
            (await client.messages.create(
                model=MODEL, max_tokens=400, messages=[{"role": "user", "content": prompt}]
            )).content[0].text
            for prompt in prompts
        ]
"""


def test_graded_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader says the same of each, but of a loop: there the process ends."""
    monkeypatch.undo()
    ending = [(identifier, body) for identifier, body in BAD_ONES if identifier != "never_ended"]
    for index, (_, body) in enumerate(ending):
        (tmp_path / f"{index}.py").write_text(f"# %%\n{HEAD}{body}\n", "utf-8")
    files = tuple(read_file(tmp_path / f"{index}.py") for index in range(len(ending)))
    with open_grader(Submission("bad", files, whole=False), seed=1) as grader:
        told = [grader.verdict_on(ASK.exercise, index).misconception for index in range(len(ending))]
    assert told == [identifier for identifier, _ in ending]


def test_own_one_goes_first() -> None:
    """An exercise may say more about one of these itself: then its own words are shown."""
    from dataclasses import replace

    own = replace(CONDUCT[2], cause="in the words of the exercise.")
    check = replace(ASK, misconceptions=(own,))
    verdict = check_function(check, define(HEAD + BAD["own_client"][0]))
    assert verdict.message.endswith("in the words of the exercise.")


def test_given_clients_are_official() -> None:
    """The guard knows a client by what the SDK keeps it as."""
    assert isinstance(Anthropic(api_key="key")._client, httpx2.Client)
