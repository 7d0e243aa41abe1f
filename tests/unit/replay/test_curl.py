"""Requests as curl lines: a shell sends with them what the SDK sent."""

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from helpers.client import make_client, replay_client, wire_log
from helpers.replay import Exchange
from helpers.replay.curl import KEY, curl_line
from tests.unit.replay.asking import PARAMS, engine_for
from tests.unit.replay.test_serve import served

SECRET: Final = "sk-secret-0123456789"
AWKWARD: Final = 'It\'s "5 °C" in `Graz`,\n$HOME, \\n, !!, %20 and 🎈; that is all.'
STAND_IN: Final = '''#!{python}
"""curl, as far as these lines need it."""
import sys
import httpx2

arguments, headers, method, body = sys.argv[1:], {{}}, None, None
while arguments:
    match arguments.pop(0):
        case "-N" | "-sS":
            pass
        case "-H":
            name, _, value = arguments.pop(0).partition(": ")
            headers[name] = value
        case "-X":
            method = arguments.pop(0)
        case "--data-raw":
            body = arguments.pop(0).encode()
        case url:
            address = url
print(httpx2.request(method or ("POST" if body else "GET"), address, headers=headers, content=body).text)
'''


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment with curl in it: the system's own, or one that does the same."""
    path = os.environ["PATH"]
    if shutil.which("curl") is None:
        stand_in = tmp_path / "curl"
        stand_in.write_text(STAND_IN.format(python=sys.executable), "utf-8")
        stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
        path = f"{tmp_path}{os.pathsep}{path}"
    return {"PATH": path, "ANTHROPIC_API_KEY": SECRET, "HOME": "/nowhere", "no_proxy": "127.0.0.1"}


def exchange(**changes: Any) -> Exchange:
    """The exchange of one request that differs from the usual one in `changes`."""
    client = make_client("plain")
    client.messages.create(**{**PARAMS, **changes})
    return wire_log(client)[0]


@pytest.mark.skipif(sys.platform == "win32", reason="a curl line is for a POSIX shell")
def test_a_shell_sends_what_the_sdk_sent(shell: dict[str, str]) -> None:
    """Run against `course serve`, each line sends path, method, headers and body of the request that it was made of."""
    client = replay_client(engine_for())
    client.messages.create(**{**PARAMS, "messages": [{"role": "user", "content": AWKWARD}]})
    client.messages.create(**PARAMS, extra_headers={"anthropic-beta": "it's-new"})
    client.messages.create(**PARAMS, stream=True).close()
    batch = client.messages.batches.create(requests=[{"custom_id": "doc-1", "params": {**PARAMS}}])  # type: ignore[typeddict-item]
    client.messages.batches.retrieve(batch.id)
    client.messages.batches.cancel(batch.id)
    with served() as (_, url):
        for one in wire_log(client):
            line = curl_line(one).replace("curl ", "curl -sS ", 1)
            subprocess.run(["sh", "-c", line], env={**shell, "ANTHROPIC_BASE_URL": url}, check=True, timeout=30)
        sent = httpx2.get(f"{url}/_wire").json()
    for seen, one in zip(sent, wire_log(client), strict=True):
        assert (seen["method"], seen["path"], seen["body"]) == (one.method, one.path, one.body)
        for name in ("anthropic-version", "anthropic-beta"):
            assert seen["headers"].get(name) == one.headers.get(name)
    assert [seen["status"] for seen in sent[:3]] == [200, 200, 200]


def test_no_key() -> None:
    """The line names the variable that holds the key, never the key."""
    client = replay_client(engine_for(), api_key=SECRET)
    client.messages.create(**PARAMS)
    line = curl_line(wire_log(client)[0])
    assert SECRET not in line
    assert KEY in line


def test_readable() -> None:
    """A line for each field, and for each turn of a long conversation."""
    turns = [{"role": "user", "content": "Where is it? " * 5}, {"role": "assistant", "content": "Here. " * 10}]
    turns.append({"role": "user", "content": "Where?"})
    lines = curl_line(exchange(messages=turns)).splitlines()
    assert [line.strip()[:18] for line in lines[4:-1]] == [
        "--data-raw '{",
        '"max_tokens": 200,',
        '"messages": [',
        '{"role": "user", "',
        '{"role": "assistan',
        '{"role": "user", "',
        "],",
        '"model": "claude-o',
    ]


def test_too_long_for_the_log() -> None:
    """A body that the log does not keep is left to a file, and the line says so."""
    line = curl_line(exchange(messages=[{"role": "user", "content": "x" * 300_000}]))
    assert line.startswith("# the body, of 300,")
    assert line.endswith("--data-binary @request.json")


def test_half_a_character() -> None:
    """What is no UTF-8 by itself goes out as the escape that it came as: a card can always be shown."""
    odd = replace(exchange(), sent=b'{"model": "\\ud83d"}')
    assert r'"model": "\ud83d"' in curl_line(odd)
    assert curl_line(odd).encode()


def test_no_json() -> None:
    """A body that is no JSON object is sent as it is."""
    assert "--data-raw '[1, '\\''x'" in curl_line(replace(exchange(), sent=b"[1, 'x"))
