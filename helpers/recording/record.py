"""`course record`: a lesson, run live, and the fixtures that its answers make."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import httpx2
from packaging.requirements import Requirement

from helpers.authoring.cells import CellError
from helpers.authoring.deriving import sources
from helpers.authoring.files import write_all
from helpers.authoring.kernel import execute
from helpers.authoring.source import read_lesson
from helpers.errors import CourseError
from helpers.live import Purse
from helpers.live.purse import dollars
from helpers.proofs.costs import read_cost
from helpers.recording.cleaning import arrived, fixture_text
from helpers.recording.exchange import Kept
from helpers.recording.holding import held
from helpers.recording.relay import Relay
from helpers.recording.telling import told
from helpers.replay.fixture import Fixture, fixture_for, fixtures, parse_fixture
from helpers.replay.request import prompt_of
from helpers.settings import MOST_BUDGET, Settings, read_settings

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
FACTS: Final = Path(__file__).parents[2] / "tests" / "unit" / "replay" / "recorded.json"
"""What the API was recorded to send, counted: in a checkout, where fixtures are recorded."""
API: Final = "https://api.anthropic.com"
SDK: Final = "anthropic"
WHOLE: Final = ("end_turn", "tool_use", "stop_sequence", "refusal", "pause_turn")
"""Stop reasons of answers that are not cut off. The replay cuts them itself, where somebody asks for less."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Recording:
    """What became of a run: the fixtures that were written, and what there is to know of them."""

    written: tuple[Path, ...]
    exchanges: tuple[Kept, ...]
    lines: tuple[str, ...]
    """How each differs from the one before, why an answer made none, and what was never recorded so."""


def record(name: str, root: Path, say: Say, folder: Path = FIXTURES, facts: Path = FACTS) -> Recording:
    """Run the lesson called `name`, below `root`, against the API, and write the fixtures that it makes to `folder`.

    All of them or none. Raises `CourseError`, and writes nothing: without live mode and a key, with an SDK that is too
    old, when the folder cannot be written to, when a cell raises or the budget is spent, and where an answer is no
    message or holds what looks like a secret.
    """
    settings, sdk, known = _live(read_settings()), _sdk(), read_facts(facts)
    _try_to_write(folder)
    (source,) = sources([name], root)
    lesson = read_lesson(source, root)
    prose = "\n".join(cell.source for cell in lesson.notebook.cells if cell.cell_type == "markdown")
    stated = read_cost(prose.partition("\n## ")[0])
    say(f"{lesson.name} says that it sends {stated or 'something'}. At most {dollars(settings.budget)} is spent.")
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        kept = runner.run(_run(lesson.notebook, source.parent, settings, say))
    return keep(kept, (settings.api_key or "",), folder, known, _origin(settings, sdk))


def keep(
    exchanges: Sequence[Kept], secrets: Sequence[str], folder: Path, facts: Mapping[str, Any], origin: Mapping[str, str]
) -> Recording:
    """Write what `exchanges` make to `folder`, and say what they are. `secrets` are what nobody may find there.

    `origin` is how the heads of the fixtures begin.

    Raises `CourseError`, and writes nothing, where one of them must not be kept.
    """
    lines: list[str] = []
    texts: dict[str, str] = {}
    for kept in exchanges:
        lines += held(kept, facts)
        fixture = fixture_for(prompt_of(kept.asked))
        why_not = _no_fixture(kept, fixture, texts)
        if why_not:
            lines.append(f"{kept.name} makes no fixture: {why_not}")
            continue
        head = {**origin, "when": str(fixture.when)}
        texts[fixture.name] = fixture_text(kept, head, secrets, f"{fixture.name}.sse")
    parsed = {name: _parsed(name, text) for name, text in texts.items()}
    for name, fixture in parsed.items():
        lines += [f"{name}.sse: {line}" for line in told(fixture, _former(folder, name))]
    write_all({folder / f"{name}.sse": text.encode() for name, text in texts.items()})
    return Recording(tuple(folder / f"{name}.sse" for name in texts), tuple(exchanges), tuple(lines))


def _origin(settings: Settings, sdk: str) -> Mapping[str, str]:
    """Where the answers are from. What came from elsewhere than the API was not recorded, and must not say so."""
    host = httpx2.URL(settings.base_url or API).host
    told = {"date": date.today().isoformat(), "sdk": f"{SDK} {sdk}"}
    if host == httpx2.URL(API).host:
        return {"origin": "recorded", **told}
    return {"origin": "written", "source": f"what {host} answered, which is not the API", **told}


def _live(settings: Settings) -> Settings:
    if settings.mode != "live" or settings.api_key is None:
        raise CourseError(
            "Recording calls the API and costs money: set COURSE_MODE=live and ANTHROPIC_API_KEY, and COURSE_BUDGET to "
            "the dollars that it may cost."
        )
    return settings


def _sdk() -> str:
    """The version of the SDK here. Raises `CourseError` for one that the course is not written for."""
    needed = next(
        one for one in map(Requirement, metadata.requires("course") or ()) if one.name == SDK and one.marker is None
    )
    version = metadata.version(SDK)
    if version not in needed.specifier:
        raise CourseError(
            f"The SDK here is {SDK} {version}, and a recording needs {needed}: run `make install`, and record then."
        )
    return version


def _try_to_write(folder: Path) -> None:
    """Raises `CourseError` where `folder` cannot be written to: before anything is paid for."""
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CourseError(
            f"{folder} cannot be written to ({error.strerror}), so nothing was sent: name another with --fixtures."
        ) from error


def read_facts(path: Path) -> Mapping[str, Any]:
    """What the API was recorded to send. Raises `CourseError` for a file that does not say."""
    try:
        facts: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        if not {"kinds", "message"} <= set(facts):
            raise ValueError("it has no kinds")
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} has no recorded facts ({error}): name a file that has with --facts.") from error
    return facts


async def _run(notebook: Any, folder: Path, settings: Settings, say: Say) -> list[Kept]:
    """What went over the wire while the notebook ran."""
    assert settings.api_key is not None
    relay = Relay(settings.api_key, settings.base_url or API, Purse(settings.budget, say))
    live = {
        "COURSE_MODE": "live",
        "COURSE_MODEL": settings.model,
        # What stops it is the relay, which knows why.
        "COURSE_BUDGET": str(MOST_BUDGET),
        "ANTHROPIC_API_KEY": relay.token,
        "ANTHROPIC_BASE_URL": relay.url,
    }
    with relay.listening():
        try:
            await execute(notebook, folder, environment=live)
        except CellError as error:
            # Why the API did not answer says more than what a cell made of it.
            raise relay.failure or CourseError(f"The lesson stopped: {error}. Nothing was written.") from error
    if relay.failure is not None:
        raise relay.failure
    return relay.kept


def _no_fixture(kept: Kept, fixture: Fixture, texts: Mapping[str, str]) -> str | None:
    """Why an answer is not kept; None where it is to be."""
    if not (kept.method == "POST" and kept.path.endswith("/v1/messages")):
        return "only messages are kept as fixtures"
    if kept.status != 200:
        return "the replay writes its errors itself"
    if fixture.when is None:
        return f"no word of its prompt is the “when” of a fixture ({', '.join(_words())})"
    if fixture.name in texts and not kept.is_stream:
        return f"{fixture.name}.sse is made of an earlier answer"
    reason = _stop_reason(kept)
    return None if reason is None or reason in WHOLE else f"it was cut off ({reason})"


def _words() -> list[str]:
    return [fixture.when for fixture in fixtures().values() if fixture.when]


def _stop_reason(kept: Kept) -> str | None:
    last = [event.data for event in arrived(kept) if event.name in ("message", "message_delta")]
    if not last:
        return None
    stop = last[-1].get("delta", last[-1])
    return str(stop.get("stop_reason")) if isinstance(stop, dict) else None


def _parsed(name: str, text: str) -> Fixture:
    try:
        return parse_fixture(f"{name}.sse", text)
    except CourseError as error:
        raise CourseError(f"What the API answered is no message that the replay could give. {error}") from error


def _former(folder: Path, name: str) -> Fixture | None:
    """The fixture that is there now; the course's own where the folder has none."""
    path = folder / f"{name}.sse"
    return parse_fixture(str(path), path.read_text("utf-8")) if path.exists() else fixtures().get(name)
