"""How every ending of the replay looks to the SDK for Python, to that for TypeScript, and to curl.

    python -m helpers.typescript.endings            make the table anew, and say what differs from the one that is kept
    python -m helpers.typescript.endings --keep     make it anew and keep it, with the versions it was made with

Each cell of the table was seen: all three are run against the loopback server, in every ending, with what a user of
theirs would write. What really takes minutes, a silence that a client puts up with, is shortened to `PATIENCE`.
"""

import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import anthropic
import httpx2

from helpers.errors import CourseError
from helpers.replay import SCENARIOS, Engine
from helpers.settings import MODEL, inherited, without_keys
from helpers.typescript.node import FOLDER, node, versions

PATIENCE: Final = 0.9
"""Real seconds without a byte, in place of ten minutes (Python), five (Node's fetch) and for ever (curl)."""
AT_ONCE: Final = 4
SPEED: Final = 0.1
"""Real seconds per second of API time, so that the events come one by one, as they do from the API."""
SLOW: Final = {"warm_stall": 0.002}
"""Scenarios that take minutes of API time."""
KEPT: Final = Path(__file__).with_name("endings.json")
ENDINGS: Final = (
    *("plain", "error_event", "error_first", "cut", "reset", "stall", "truncate", "warm_stall", "garbled"),
    *("malformed", "empty", "captive_portal", "overloaded", "no_credit", "refused"),
)
"""The scenarios, in the order of the table."""
CURL: Final = ("curl", "--no-buffer", "--include", "--silent", "--show-error")
CURL_SAYS: Final[Mapping[int, str]] = {
    0: "fine",
    7: "could not connect",
    18: "partial file",
    28: "timed out, by --speed-time",
    56: "failure while receiving",
}


@dataclass(frozen=True)
class Seen:
    """One ending, three times."""

    ending: str
    python: str
    typescript: str
    curl: str


@dataclass(frozen=True)
class Endings:
    """The table, with what it was made with."""

    made: str
    versions: Mapping[str, str]
    rows: tuple[Seen, ...]


def kept() -> Endings:
    """The table as it is kept."""
    document = json.loads(KEPT.read_text("utf-8"))
    return Endings(document["made"], document["versions"], tuple(Seen(**row) for row in document["rows"]))


def make(endings: tuple[str, ...] = ENDINGS) -> Endings:
    """The table, by running all three. Raises `CourseError` where Node or curl is missing."""
    looks = (_in_python, _in_typescript, _with_curl)
    # Each has a server of its own, and does little but wait.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [[pool.submit(_over, one, look) for look in looks] for one in endings]
        rows = tuple(Seen(one, *(each.result() for each in seen)) for one, seen in zip(endings, futures, strict=True))
    found = {"anthropic": version("anthropic"), **versions(), "curl": _curl_version()}
    return Endings(datetime.now(UTC).date().isoformat(), found, rows)


def keep(table: Endings) -> None:
    """Write it down."""
    KEPT.write_text(json.dumps(asdict(table), indent=1, ensure_ascii=False) + "\n", "utf-8")


def _over(ending: str, look: Callable[[str], str]) -> str:
    from helpers.replay.server import ReplayServer

    engine = Engine(SCENARIOS[ending], models=(MODEL,), speed=SLOW.get(ending, SPEED))
    with ReplayServer(engine) as server:
        return look(server.url)


def _in_python(url: str) -> str:
    client = anthropic.Anthropic(base_url=url, api_key="replay", timeout=PATIENCE)
    text, stream = 0, None
    messages: list[anthropic.types.MessageParam] = [{"role": "user", "content": "Hello"}]
    try:
        with client.messages.stream(model=MODEL, max_tokens=400, messages=messages) as stream:
            for _ in stream.text_stream:
                text += 1
        reason = None
        with suppress(AssertionError):  # it has no message before its first event
            reason = stream.get_final_message().stop_reason
        end = f"nothing raised, stop_reason {reason}"
    except (anthropic.APIError, httpx2.HTTPError, ValueError) as error:
        status = getattr(error, "status_code", None)
        end = f"{_module(error)}{type(error).__name__}" + (f", status {status}" if status else "")
    finally:
        client.close()
    return f"{end}; {_texts(text)}"


def _module(error: Exception) -> str:
    name = type(error).__module__.partition(".")[0]
    return "" if name == "anthropic" else f"{name}."


def _in_typescript(url: str) -> str:
    environment = {
        **inherited(("PATH", "SYSTEMROOT")),
        "ANTHROPIC_BASE_URL": url,
        "COURSE_MODEL": MODEL,
        "PATIENCE_MS": str(PATIENCE * 1000),
    }
    command = [str(node()), str(FOLDER / "endings.mjs")]
    ran = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    if ran.returncode:
        raise CourseError(f"Node ended with exit code {ran.returncode}: {ran.stderr.decode()[-300:]}")
    return _told_by_node(json.loads(ran.stdout.splitlines()[-1]))


def _told_by_node(told: Mapping[str, Any]) -> str:
    threw, handled = told["threw"], told["onError"]
    if threw is None:
        return f"message, stop_reason {told['stopReason']}; {_texts(told['text'])}"
    if threw["type"].startswith("nothing"):
        return f"finalMessage() neither resolves nor throws; {_texts(told['text'])}"
    fires = "fires" if handled == threw else "does not fire" if handled is None else f"fires with {handled['type']}"
    status = f", status {threw['status'] or 'undefined'}"
    cause = f" ({threw['cause']})" if threw["cause"] else ""
    words = f" “{threw['message']}”" if threw["type"] == "AnthropicError" else ""
    return f'finalMessage() throws {threw["type"]}{words}{cause}{status}; on("error") {fires}; {_texts(told["text"])}'


def _with_curl(url: str) -> str:
    body = {"model": MODEL, "max_tokens": 400, "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    headers = ("authorization: Bearer replay", "anthropic-version: 2023-06-01", "content-type: application/json")
    named = [part for header in headers for part in ("--header", header)]
    # The only limit that curl has of its own accord is none: this one is what a careful user gives it.
    command = [
        *CURL,
        "--speed-limit",
        "1",
        "--speed-time",
        "2",
        *named,
        "--data-raw",
        json.dumps(body),
        f"{url}/v1/messages",
    ]
    ran = subprocess.run(command, env=without_keys(), capture_output=True, timeout=60, check=False)
    head, _, rest = ran.stdout.partition(b"\r\n\r\n")
    status = head.split(b" ")[1].decode() if head else "none"
    return f"exit {ran.returncode} ({CURL_SAYS.get(ran.returncode, '?')}), status {status}; {_last(rest)}"


def _last(body: bytes) -> str:
    """What a reader of the output sees at its end."""
    if not body:
        return "nothing came"
    text = body.decode("utf-8", "replace")
    if "\ufffd" in text:
        return "bytes that are no text"
    if text.lstrip().startswith("<"):
        return "a page of HTML"
    if text.lstrip().startswith("{"):
        return f"an error as JSON, {json.loads(text)['error']['type']}"
    names = [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]
    return f"last event {names[-1]}"


def _texts(count: int) -> str:
    return "no text" if not count else "one piece of text" if count == 1 else f"{count} pieces of text"


def _curl_version() -> str:
    try:
        said = subprocess.run(
            ["curl", "--version"], env=without_keys(), capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise CourseError("curl is missing here: install it to make the table of endings.") from error
    return said.split()[1]


def main(arguments: list[str]) -> int:
    """Make the table; keep it, or say what differs."""
    warnings.simplefilter("ignore")
    table = make()
    if "--keep" in arguments:
        keep(table)
    before = {row.ending: row for row in kept().rows}
    differing = [row for row in table.rows if before.get(row.ending) != row]
    for row in table.rows if "--keep" in arguments else differing:
        lines = (f"    {name:11}{getattr(row, name)}" for name in ("python", "typescript", "curl"))
        print(row.ending, *lines, sep="\n")  # noqa: T201 - a command's answer
    return 0 if not differing else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
