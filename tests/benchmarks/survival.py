"""What is found in eight small apps, side by side with llmock: `python -m tests.benchmarks.survival`.

Each app (tests/apps) has one fault that is common in production, and is there once more without it. The course and
llmock break both in the same way, let them do what they do, and say what they think of it. A finding in an app that is
mended is a false alarm. Each app runs on the one and on the other before the next one does; seconds are of both of its
versions, from the first request to the verdict, and no start-up counts.

llmock is installed from the package index into `--peers FOLDER`, which is kept for the next time, and runs as its own
server. `--peers none` leaves it out and needs no network.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import httpx2
from rich.console import Console
from rich.table import Table

from helpers.testing import DidNotSurvive, MessagesApi, assert_survives
from tests.apps import App, Wire, wire_of
from tests.apps.every import APPS
from tests.benchmarks.graders.environments import VERSIONS, python_of

THEIRS: Final[Mapping[str, str]] = {
    "retried_4xx": "retried_non_retryable",
    "stacked_retries": "retry_storm",
    "retry_after_ignored": "retry_after_ignored",
    "no_jitter": "no_backoff",
    "taken_for_whole": "truncated_stream_accepted",
    "no_timeout": "no_read_timeout",
    "half_tool_call": "truncated_stream_accepted",
}
"""What llmock calls it, where it has something of the kind."""
SILENT: Final = ("waits_for_ever",)
"""Those that run in this process with the course: over a socket it would have to be silent for ten real seconds."""
NOTES: Final = (
    "Found is what names the fault, or what it comes of. llmock sends `retry-after: 1` with each 529 of itself.",
    "llmock sees requests alone, and says of every stream that it cut that the app took it for whole. The course is "
    "told by the test what came of it, what was logged and what was done.",
    "The course's apps ask over a socket, but for the one that waits for ever. Their pauses pass in API time; with "
    "llmock they really pass, and an app that honours `retry-after: 2` takes two seconds.",
)
Judge = Callable[[App, str], list[str]]


@dataclass(frozen=True)
class Seen:
    """What one of them found in the two versions of an app, by name, and in how many seconds."""

    faulty: Sequence[str]
    mended: Sequence[str]
    seconds: float


def ours(app: App, version: str) -> list[str]:
    """What the course finds."""
    with MessagesApi() as api, api.clock.in_place_of_sleep():
        api.scenario(app.scenario)
        said = getattr(app, version)(wire_of(api, in_process=app.name in SILENT))
        try:
            assert_survives(api.log, **said)
        except DidNotSurvive as failed:
            return [finding.kind for finding in failed.findings]
    return []


@contextmanager
def llmock(folder: Path) -> Iterator[Judge]:
    """What llmock finds, asked over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    program = python_of("llmock", folder).parent / "llmock"
    command = [str(program), "serve", "--port", url.rpartition(":")[2]]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx2.Client(base_url=f"{url}/_llmock", trust_env=False) as client:
            _await(client, server)
            yield lambda app, version: _theirs(client, app, getattr(app, version), f"{url}/anthropic")
    finally:
        server.terminate()
        server.wait()


def _await(client: httpx2.Client, server: "subprocess.Popen[bytes]") -> None:
    while True:
        try:
            client.get("/verdict").raise_for_status()
        except httpx2.TransportError:
            if server.poll() is not None:
                raise click.ClickException(f"llmock ended with {server.returncode} before it answered.") from None
            time.sleep(0.1)
        else:
            return


def _theirs(client: httpx2.Client, app: App, run: Callable[[Wire], object], base_url: str) -> list[str]:
    client.post("/reset").raise_for_status()
    if app.behaviors:
        client.post("/scenario", json={"behaviors": list(app.behaviors)}).raise_for_status()
    run(Wire(base_url, "sk-ant-api03-of-nobody"))
    verdict = client.get("/verdict").raise_for_status().json()
    return list(dict.fromkeys(finding["code"] for finding in verdict["findings"]))


def seen(judge: Judge, app: App) -> Seen:
    """What `judge` makes of both versions."""
    began = time.perf_counter()
    faulty, mended = judge(app, "faulty"), judge(app, "mended")
    return Seen(faulty, mended, time.perf_counter() - began)


def show(results: Mapping[str, Mapping[str, Seen]]) -> None:
    """Print what each found, app by app, and the sums."""
    table = Table("app", *(column for name in results for column in (name, "mended", "seconds")))
    for app in APPS:
        cells = [cell for found in results.values() for cell in _cells(found[app.name])]
        table.add_row(app.fault, *cells)
    console = Console()
    console.print(table)
    for name, found in results.items():
        caught = sum(_names_it(name, app) in found[app.name].faulty for app in APPS)
        alarms = sum(bool(one.mended) for one in found.values())
        seconds = sum(one.seconds for one in found.values())
        console.print(f"{name}: {caught} of {len(APPS)} found, {alarms} false alarms, {seconds:.1f} s")
    console.print(*NOTES, sep="\n")


def _names_it(judge: str, app: App) -> str | None:
    return app.kind if judge == "course" else THEIRS.get(app.kind)


def _cells(one: Seen) -> tuple[str, str, str]:
    return ", ".join(one.faulty) or "–", ", ".join(one.mended) or "–", f"{one.seconds:.2f}"


@click.command(help=__doc__)
@click.option("--peers", default="none", show_default=True, help="Where llmock's environment is, or `none`.")
def main(peers: str) -> None:
    """Print the table."""
    results: dict[str, dict[str, Seen]] = {"course": {}}
    if peers == "none":
        results["course"] = {app.name: seen(ours, app) for app in APPS}
        return show(results)
    name = f"llmock {VERSIONS['llmock']}"
    results[name] = {}
    with llmock(Path(peers).resolve()) as theirs:
        ours(APPS[0], "mended")  # whoever is first pays for what is imported late
        for app in APPS:
            results["course"][app.name] = seen(ours, app)
            results[name][app.name] = seen(theirs, app)
    return show(results)


if __name__ == "__main__":
    sys.exit(main())
