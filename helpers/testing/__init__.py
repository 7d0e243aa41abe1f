"""The judge of the course for code that is no exercise: your own app, on the replayed wire.

    from helpers.testing import assert_survives, outcome_of

    def test_half_an_answer_is_no_answer(messages_api, wire_log):
        messages_api.scenario("truncate")
        assert_survives(wire_log, outcome=outcome_of(lambda: my_app.ask("Hello")))

pytest finds the fixtures `messages_api`, `wire_log` and `api_clock` by itself: helpers/pytest_plugin.py has them.

api.py        what stands in for the API: an address, a transport, a scenario; clock.py and engine.py below it
evidence.py   what is judged: the wire log, and what the test says of the app
calls.py      which requests are attempts of one call
finding.py    what is found, and which lesson it leads to
retrying.py  endings.py  effects.py  records.py    the rules
survival.py   all of them: the verdict
trying.py     tests where there is no pytest
"""

from helpers.testing.api import MessagesApi
from helpers.testing.evidence import AppLog, outcome_of
from helpers.testing.finding import KINDS, Finding
from helpers.testing.survival import DidNotSurvive, assert_survives
from helpers.testing.trying import Tried, try_tests

__all__ = [
    "KINDS",
    "AppLog",
    "DidNotSurvive",
    "Finding",
    "MessagesApi",
    "Tried",
    "assert_survives",
    "outcome_of",
    "try_tests",
]
