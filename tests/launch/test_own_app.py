"""The plugin in a project of somebody else's: made from nothing, with what is installed here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.testing import AppLog, DidNotSurvive, MessagesApi, assert_survives
from helpers.typescript import node

ROOT = Path(__file__).parents[2]
APP = """
import anthropic


def ask(prompt):
    with anthropic.Anthropic().messages.stream(
        model="claude-opus-4-8", max_tokens=100, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        return "".join(stream.text_stream)


def careful(prompt):
    with anthropic.Anthropic().messages.stream(
        model="claude-opus-4-8", max_tokens=100, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        text = "".join(stream.text_stream)
        if stream.get_final_message().stop_reason is None:
            raise EOFError("half an answer")
    return text
"""
TESTS = """

import shop


def test_careful(messages_api, wire_log):
    messages_api.scenario("truncate")
    assert_survives(wire_log, outcome=outcome_of(lambda: shop.careful("Hello")))


def test_elsewhere(wire_log):
    assert_survives(wire_log)


def test_misspelt(messages_api):
    messages_api.scenario("truncated")


def test_clock(messages_api, api_clock):
    api_clock.sleep(3600)
    assert api_clock.now() == 3600
"""


def shown_in_the_readme() -> str:
    """The test of an app that the README shows: its app is careless."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    return next(block for block in blocks if "assert_survives" in block)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app and its tests."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(APP, "utf-8")
    (folder / "test_shop.py").write_text(shown_in_the_readme() + TESTS, "utf-8")
    return folder


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`pytest` there, which knows nothing of this repository but what is installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=short", *arguments]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("processes", ["0", pytest.param("2", marks=pytest.mark.weekly)])
def test_project(project: Path, processes: str) -> None:
    """The good passes; the bad fails with the lesson's sentence, and what cannot be judged with ours."""
    done = run(project, "-n", processes)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 failed, 2 passed" in done.stdout
    for sentence in (
        "Your app did not survive in the scenario 'truncate': 1 finding.",
        "taken_for_whole: the stream ended before `message_stop`, and nothing was raised",
        "Read: lesson 08_midstream",
        "The wire log is empty",
        "There is no scenario 'truncated'",
    ):
        assert sentence in done.stdout


def test_nothing_heavy() -> None:
    """pytest imports the plugin in every project: neither the SDK nor a lesson comes with it."""
    code = "import sys, helpers.pytest_plugin; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    code += "; print(*[name for name in sys.modules if name.startswith('helpers')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    packages, ours = (set(line.split()) for line in said.stdout.splitlines())
    assert not packages & {"anthropic", "httpx2", "pydantic", "anyio", "IPython", "click", "nbformat", "rich"}
    assert not ours & {"helpers.client", "helpers.lessons", "helpers.replay", "helpers.testing"}


SCRIPT = """
import Anthropic from "{sdk}";
const client = new Anthropic({{ maxRetries: 2 }});
const ask = () => client.messages.create(
  {{ model: "claude-opus-4-8", max_tokens: 100, messages: [{{ role: "user", content: "Hello" }}] }});
try {{ await ask(); }} catch {{ if ({again}) await ask().catch(() => {{}}); }}
"""


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(("scenario", "kind"), [("no_credit", "retried_4xx"), ("overloaded", "stacked_retries")])
def test_typescript(
    messages_api: MessagesApi, wire_log: AppLog, tmp_path: Path, again: bool, scenario: str, kind: str
) -> None:
    """An app in another language is judged the same, by its address."""
    if (why_not := node.problem()) is not None:
        pytest.skip(why_not)
    messages_api.scenario(scenario)
    file = tmp_path / "app.mjs"
    sdk = (node.PACKAGES / "@anthropic-ai/sdk/index.mjs").as_uri()
    file.write_text(SCRIPT.format(sdk=sdk, again=str(again).lower()), "utf-8")
    subprocess.run([node.node(), file], check=True, capture_output=True, timeout=120)
    if not again:
        assert_survives(wire_log, outcome=False)
        return
    with pytest.raises(DidNotSurvive) as failed:
        assert_survives(wire_log, outcome=False)
    assert [finding.kind for finding in failed.value.findings] == [kind]
