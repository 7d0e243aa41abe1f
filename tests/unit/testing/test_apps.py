"""Eight apps with a fault each, and the same ones mended."""

import pytest

from helpers.testing import AppLog, DidNotSurvive, MessagesApi, assert_survives
from tests.apps import App, wire_of
from tests.apps.every import APPS

each_app = pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)


@each_app
def test_faulty(app: App, messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Its fault is found, with the requests that show it."""
    messages_api.scenario(app.scenario)
    said = app.faulty(wire_of(messages_api))
    with pytest.raises(DidNotSurvive) as failed:
        assert_survives(wire_log, **said)
    assert app.kind in [finding.kind for finding in failed.value.findings]
    assert all(finding.exchanges for finding in failed.value.findings)


@each_app
def test_mended(app: App, messages_api: MessagesApi, wire_log: AppLog) -> None:
    """Nothing is found any more, whatever seam it is used over."""
    messages_api.scenario(app.scenario)
    assert_survives(wire_log, **app.mended(wire_of(messages_api)))
