"""Whatever a function does to its process, it gets a named outcome, and the next one is graded."""

import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from helpers.grading.grader import grade
from helpers.grading.report import Report
from helpers.judging.drawing import draw_cases
from helpers.judging.verdict import Verdict
from helpers.lessons.found import EXERCISES, check_named
from tests.unit.grading.conftest import WriteNotebook

RIGHT_ANSWER: Final = Path(__file__).parents[2] / "attempts/08_midstream/answer/right_continues.py"
SECONDS: Final = 4.0
"""Long for what ends and short for what does not."""

HOSTILE: Final = {
    "first_answer": "def first_answer(client, prompt):\n    os._exit(3)",
    "request_id_of": "def request_id_of(message):\n    raise RuntimeError(sorted(os.environ), os.listdir())",
    "ask": """
def ask(client, prompt):
    answer = {"value": "", "raised": None, "wrote": [], "stopped": None}
    for document in (answer, {"id": 1, "answer": answer}, {"state": "ready", "said": "", "left_out": []}):
        print(json.dumps(document), flush=True)
        os.write(1, json.dumps(document).encode() + b"\\n")
        os.write(2, json.dumps(document).encode() + b"\\n")
    print(sys.stdin.read())
""",
    "usable_text": "def usable_text(message):\n    while True:\n        pass",
    "long_report": "def long_report(client, prompt, max_tokens):\n    return 'x' * 10_000_000",
    "stream_safely": "def stream_safely(client, prompt, write):\n    sys.exit(0)",
    "continue_from": """
def continue_from(client, prompt, partial):
    while True:
        try:
            client.messages.create(model=MODEL, max_tokens=9, messages=[{"role": "user", "content": prompt}])
        except:
            pass
""",
}

ODD: Final = {
    "first_answer": """
def first_answer(client, prompt):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b'{"id": "guessed", "answer": null}\\n')
        except OSError:
            pass
""",
    "request_id_of": "def request_id_of(text):\n    return text",
    "ask": "LIMIT = os._exit(4)\ndef ask(client, prompt):\n    return LIMIT",
    "usable_text": "usable_text = functools.partial(print)",
    "long_report": "SIZE = 1 / 0\ndef long_report(client, prompt, max_tokens):\n    return SIZE",
    "stream_safely": "@1\ndef stream_safely(client, prompt, write):\n    return None",
    "continue_from": "def continue_from(client, prompt, partial):\n    return [[[[[1]]]]] * 100_000",
    "answer": "def answer(client, prompt, attempts):\n    raise KeyboardInterrupt('mine')",
}


def _by_name(report: Report) -> Mapping[str, Verdict]:
    return {verdict.exercise.name: verdict for verdict in report.verdicts}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """The verdicts on `HOSTILE`, by a parent whose environment holds a key."""
    folder = tmp_path_factory.mktemp("hostile")
    head = "import json, os, sys\nfrom helpers import MODEL"
    (folder / "00_hostile.py").write_text("\n\n# %%\n".join([head, *HOSTILE.values()]), "utf-8")
    (folder / "08_midstream.py").write_text(RIGHT_ANSWER.read_text("utf-8"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "AWS_SECRET_ACCESS_KEY", "OTHER_KEY"):
            patch.setenv(name, "secret")
        return _by_name(grade(folder, seconds_per_case=SECONDS))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    """The verdicts on `ODD`."""
    path = tmp_path_factory.mktemp("odd") / "odd.py"
    path.write_text("\n\n# %%\n".join(["import functools, os", *ODD.values()]), "utf-8")
    return _by_name(grade(path, seconds_per_case=SECONDS))


def test_os_exit(hostile: Mapping[str, Verdict]) -> None:
    """Ending the process is a way of raising."""
    verdict = hostile["first_answer"]
    assert verdict.outcome == "raised"
    assert "your code ended the process that it runs in (exit code 3)" in verdict.message


def test_environment(hostile: Mapping[str, Verdict]) -> None:
    """No key, no address, no token: nothing that was not let in by name."""
    verdict = hostile["request_id_of"]
    assert verdict.outcome == "raised"
    assert "COURSE_MODE" in verdict.message
    assert not [word for word in ("KEY", "TOKEN", "ANTHROPIC", "PYTEST") if word in verdict.message]


def test_printed_protocol(hostile: Mapping[str, Verdict]) -> None:
    """What looks like an answer on stdout or stderr goes nowhere, and stdin is empty."""
    assert hostile["ask"].outcome == "misconception"
    assert {run.value for run in hostile["ask"].runs} == {None}


def test_endless_loop(hostile: Mapping[str, Verdict]) -> None:
    """A loop without end is stopped, and called what the notebook calls it."""
    verdict = hostile["usable_text"]
    assert verdict.misconception == "never_ended"
    (seconds,) = re.findall(r"was still running after (\S+) seconds", verdict.message)
    assert 1 <= float(seconds) <= SECONDS


def test_huge_value(hostile: Mapping[str, Verdict]) -> None:
    """Ten megabytes are not read."""
    verdict = hostile["long_report"]
    assert verdict.outcome == "raised"
    assert "1,000,000 are the most" in verdict.message


def test_sys_exit(hostile: Mapping[str, Verdict]) -> None:
    """`sys.exit` is an exception like any other."""
    verdict = hostile["stream_safely"]
    assert verdict.outcome in ("misconception", "raised")
    assert all(run.observation.raised and run.observation.raised.type == "SystemExit" for run in verdict.runs)


def test_requests_for_ever(hostile: Mapping[str, Verdict]) -> None:
    """Code that catches even the stop is ended by the server's count, long before its time is over."""
    runs = hostile["continue_from"].runs
    limit = EXERCISES["continue_from"].max_requests
    assert [run.observation.stopped for run in runs] == [f"more than {limit} requests"] * len(runs)
    assert [len(run.wire) for run in runs] == [limit] * len(runs)


def test_later_exercise(hostile: Mapping[str, Verdict]) -> None:
    """After all of that, a right function passes."""
    assert hostile["answer"].outcome == "passed", hostile["answer"].message


def test_forged_answer(odd: Mapping[str, Verdict]) -> None:
    """An answer to no question ends the process that wrote it."""
    assert odd["first_answer"].outcome == "raised"
    assert "your code wrote where only the grader writes" in odd["first_answer"].message


def test_signature(odd: Mapping[str, Verdict]) -> None:
    """Changed parameters are what they are in the notebook."""
    assert odd["request_id_of"].misconception == "signature_changed"


def test_fatal_definition(odd: Mapping[str, Verdict]) -> None:
    """A constant that ends the process spoils the function that needs it, and no other."""
    assert odd["ask"].outcome == "raised"
    assert odd["ask"].message.startswith("While ask was being defined, your code ended the process")


def test_no_function(odd: Mapping[str, Verdict]) -> None:
    """Something else of that name is not started in a notebook of no lesson, and why is said."""
    assert odd["usable_text"].outcome == "not_started"
    assert odd["usable_text"].message.endswith("is made without `def`.")


def test_left_out_constant(odd: Mapping[str, Verdict]) -> None:
    """What the function missed is named, with the reason."""
    assert odd["long_report"].outcome == "raised"
    assert "NameError" in odd["long_report"].message
    assert "`SIZE = 1 / 0` (odd.py, line" in odd["long_report"].message


def test_undefinable(odd: Mapping[str, Verdict]) -> None:
    """A function whose definition raises is shown why."""
    assert odd["stream_safely"].outcome == "raised"
    assert "TypeError" in odd["stream_safely"].message


def test_many_small_values(odd: Mapping[str, Verdict]) -> None:
    """It is bytes that count."""
    assert "are the most" in odd["continue_from"].message


def test_own_interrupt(odd: Mapping[str, Verdict]) -> None:
    """Nobody is at the child's keyboard: its KeyboardInterrupt is one more exception, and no Ctrl-C of ours."""
    runs = odd["answer"].runs
    assert all(run.observation.raised and run.observation.raised.type == "KeyboardInterrupt" for run in runs)


def test_broken_cell(write_notebook: WriteNotebook) -> None:
    """A cell that is no Python is left out and said to be; the exercises are still those of the notebook's lesson."""
    report = grade(write_notebook("def answer(:", "def other(): ...", name="08_midstream-Copy1.ipynb"))
    assert {verdict.exercise.lesson for verdict in report.verdicts} == {"08_midstream"}
    assert [verdict.outcome for verdict in report.verdicts] == ["not_started", "not_started", "raised"]
    assert report.verdicts[0].message == "No function called stream_safely is in 08_midstream-Copy1.ipynb."
    assert report.verdicts[-1].message.startswith("answer may have been begun in what could not be read: 08_mid")
    assert report.notes[0].startswith("08_midstream-Copy1.ipynb, cell 2 was left out: line 1 is not Python")


def test_seeds(write_notebook: WriteNotebook) -> None:
    """A seed repeats the cases to the word; without one they are drawn anew."""
    path = write_notebook("def request_id_of(message):\n    return message.content[0].text", name="00_start_here.ipynb")
    repeated, drawn = (grade(path, only="request_id_of", seed=seed) for seed in (1, None))
    check = check_named("request_id_of")
    for report in (repeated, drawn):
        cases = draw_cases(check, report.seed)
        assert [run.value for run in report.verdicts[0].runs] == [case.expected["texts"][0] for case in cases]
    assert drawn.seed != repeated.seed == 1


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such timers here")
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def request_id_of(message):\n    return sum(itertools.count())\n", "In "),
        (
            "def request_id_of(message, first=sum(itertools.count())):\n    return first\n",
            "While request_id_of was being",
        ),
    ],
)
def test_one_call_without_end(tmp_path: Path, source: str, said: str) -> None:
    """Who computes in C, where no alarm comes, is ended by the system, long before the time of a case is over."""
    file = tmp_path / "00_start_here.py"
    file.write_text(f"import itertools\n\n\n{source}", encoding="utf-8")
    (verdict,) = grade(file, only="request_id_of", seconds_per_case=300.0, seconds_per_submission=600.0).verdicts
    assert verdict.outcome == "raised"
    assert verdict.message.startswith(said)
    assert "computed for so long that its process was ended" in verdict.message
