"""What becomes of a cell: its types, its functions as Python calls them, and whatever a learner may do by accident."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from helpers import make_client, wire_log
from helpers.calling.exercise import Exercise
from helpers.calling.observation import Observation
from helpers.calling.signature import is_stub, signature_problem
from helpers.calling.stage import Stage, call, observe
from helpers.client import async_replay_client, new_engine, replay_client
from helpers.errors import CourseError
from helpers.replay import RequestBudgetExceeded, scenario_named
from helpers.settings import Settings
from helpers.typescript.compiler import compile_cell
from helpers.typescript.errors import ProcessEnded, TypeScriptError, UnhandledRejection
from helpers.typescript.functions import define, written_late
from helpers.typescript.runner import RUNNER

pytestmark = pytest.mark.usefixtures("needs_node")

IMPORTS: Final = """
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";
"""
ASKED: Final = '{ model: MODEL, max_tokens: 400, messages: [{ role: "user", content: "Hello" }] }'


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left() -> Iterator[None]:
    yield
    RUNNER.end()


def made(body: str, parameters: str = "client: Anthropic", result: str = "Promise<any>") -> Callable[..., Any]:
    """The function `f` with this body."""
    source = f"{IMPORTS}\nexport async function f({parameters}): {result} {{\n  {body}\n}}\n"
    return define("f", source)[1]["f"]


def seen(function: Callable[..., Any], seconds: float = 5.0) -> Observation:
    """What a check sees of it."""
    engine = new_engine("plain", Settings())
    with replay_client(engine) as client:
        stage = Stage(client, lambda: async_replay_client(engine), {}, None, None)  # type: ignore[arg-type]
        return observe(function, call, stage, seconds)


def test_shares_the_wire() -> None:
    """A client of Python's is one of TypeScript's on the other side, and what goes over its wire is in its log."""
    client = make_client("overloaded_twice")
    assert made(f"return (await client.messages.create({ASKED})).stop_reason;")(client) == "end_turn"
    assert [exchange.status for exchange in wire_log(client)] == [529, 529, 200]


def test_writes() -> None:
    """A function that is handed over is called with each piece."""
    wrote: list[str] = []
    body = f'await client.messages.stream({ASKED}).on("text", write).done();'
    made(body, "client: Anthropic, write: (text: string) => void")(make_client(), wrote.append)
    assert len(wrote) > 2
    assert written_late() == []


def test_request_id() -> None:
    """What `create` returns has it; of a stream, the stream has it, and to ask its message is a type error."""
    client = make_client()
    both = f"""const created = await client.messages.create({ASKED});
  const stream = client.messages.stream({ASKED});
  await stream.finalMessage();
  return [created._request_id, stream.request_id];"""
    assert made(both)(client) == [exchange.request_id for exchange in wire_log(client)]
    raised = seen(made(f"return (await client.messages.stream({ASKED}).finalMessage())._request_id;")).raised
    assert raised is not None
    assert raised.type == "TS2339"


def test_written_too_late() -> None:
    """What comes after the function has returned is told apart."""
    wrote: list[str] = []
    body = f'await client.messages.stream({ASKED}).on("text", write);'
    made(body, "client: Anthropic, write: (text: string) => void")(make_client(), wrote.append)
    assert written_late() == wrote != []


def test_called_as_its_exercise_says() -> None:
    """By position or by name; a body that is still to be written is a stub."""
    function = made('return prompt + "!";', "client: Anthropic, prompt: string")
    assert function(make_client(), prompt="Hi") == "Hi!"
    assert signature_problem(Exercise("f", ("client", "prompt")), function) is None
    assert not is_stub(function)
    assert is_stub(made('throw new Error("not written yet");'))
    with pytest.raises(CourseError, match="f takes"):
        function(make_client())


def test_errors_keep_their_names() -> None:
    """An error of the SDK has its class, the classes above it, and its status."""
    with pytest.raises(TypeScriptError) as caught:
        made(f"return client.messages.create({ASKED});")(make_client("overloaded"))
    names = [kind.__name__ for kind in type(caught.value).__mro__]
    assert names[:4] == ["OverloadedError", "InternalServerError", "APIError", "AnthropicError"] or "APIError" in names
    assert caught.value.status == 529


def test_type_error() -> None:
    """The compiler's sentence, in the learner's own line."""
    raised = seen(made('const n: number = "one";\n  return n;')).raised
    assert raised is not None
    assert raised.type == "TS2322"
    assert raised.place == 'line 6: `const n: number = "one";`'
    assert "not assignable" in raised.message


def test_own_line() -> None:
    """What a function throws is told with its line."""
    raised = seen(made('const one = 1;\n  throw new RangeError("too much");')).raised
    assert raised is not None
    assert (raised.type, raised.place) == ("RangeError", 'line 7: `throw new RangeError("too much");`')


def test_unhandled_rejection() -> None:
    """A stream that fails without a handler, and that nobody waits for, ends Node: it is raised for what it is."""
    with pytest.raises(UnhandledRejection):
        made(f'await client.messages.stream({ASKED}).on("text", () => {{}});')(make_client("cut"))


def test_endless() -> None:
    """A loop without end is ended, and the next call works."""
    assert seen(made("for (;;) { /* nothing */ }"), 0.5).conduct.overran == 0.5
    assert made("return 1;")(make_client()) == 1


@pytest.mark.parametrize(
    "body",
    [
        "await new Promise(() => {});",
        f"const s = client.messages.stream({ASKED});\n await s.done();\n for await (const _ of s) {{ }}",
    ],
)
def test_never_settles(body: str) -> None:
    """A promise that nothing can settle any more is told at once: Node would end there, with the exit code 13."""
    raised = seen(made(body)).raised
    assert raised is not None
    assert raised.type == "NeverSettles"


def test_ten_million_lines() -> None:
    """Nobody waits for them."""
    observation = seen(made("for (let i = 0; i < 10_000_000; i++) console.log(i);"))
    assert observation.conduct.printed_lines > 1_000
    assert observation.raised is not None
    assert observation.raised.type == "TooMuchPrinted"


def test_exit() -> None:
    """`process.exit` ends Node and not the course, and is told with its line."""
    raised = seen(made("process.exit(3);")).raised
    assert raised is not None
    assert (raised.type, raised.place) == ("ProcessEnded", "line 6: `process.exit(3);`")
    assert made("return 1;")(make_client()) == 1


def test_memory() -> None:
    """Nor does what it uses up."""
    with pytest.raises(ProcessEnded):
        made("const all: string[][] = [];\n  for (;;) all.push(new Array(1e6).fill('x'));")(make_client())


def test_missing_package() -> None:
    """A package that is not there is a type error."""
    source = 'import { chunk } from "lodash";\nexport const f = (): unknown => chunk([1], 1);\n'
    assert [problem.code for problem in compile_cell("f", source).problems] == ["TS2307"]


def test_own_way_out() -> None:
    """A client of the learner's own reaches nobody."""
    observation = seen(made(f'return new Anthropic({{ apiKey: "x", maxRetries: 0 }}).messages.create({ASKED});'))
    assert observation.conduct.own_way_out == "api.anthropic.com"


def test_too_many_requests() -> None:
    """The budget of an exercise holds for TypeScript too."""
    engine = new_engine(scenario_named("plain"), Settings())
    engine.max_requests = 3
    function = made(f"for (;;) await client.messages.create({ASKED});")
    with replay_client(engine) as client, pytest.raises(RequestBudgetExceeded):
        function(client)
    assert len(engine.log) == 3


def test_cells_import_each_other() -> None:
    """By the names of their modules, and always the newest."""
    define("one", "export const ONE = 1;\n")
    source = 'import { ONE } from "./one.js";\nexport async function two(): Promise<number> { return ONE + 1; }\n'
    two = define("two", source)[1]["two"]
    assert two() == 2
    define("one", "export const ONE = 5;\n")
    assert two() == 6
