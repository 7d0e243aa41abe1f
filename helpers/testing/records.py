"""Rules about what an app writes down of its calls."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from helpers.facts.keys import PREFIX, tells_key
from helpers.replay.wire import Exchange
from helpers.testing.calls import MESSAGES
from helpers.testing.endings import is_stream
from helpers.testing.evidence import Evidence
from helpers.testing.finding import Finding

LIBRARIES: Final = ("anthropic", "httpx", "httpx2", "httpcore", "httpcore2", "urllib3")
"""Whose own records are not the app's: switched off in production, as a rule."""
KEY: Final = re.compile(rf"{PREFIX.partition('-api')[0]}-[A-Za-z0-9_-]{{12,}}")


def no_request_id(evidence: Evidence) -> Iterator[Finding]:
    """A call of whose request id nothing was written down."""
    if evidence.logs is None:
        return
    written = "\n".join(_text(record) for record in evidence.logs if not _is_librarys(record))
    calls = [call.last for call in evidence.calls if call.first.path == MESSAGES and _id_is_known(call.last)]
    untold = tuple(one for one in calls if str(one.request_id) not in written)
    if untold:
        yield Finding(
            "no_request_id",
            f"{len(untold)} of {len(calls)} calls left no line with their request id, such as "
            f"`{untold[0].request_id}`. Nobody can find them again.",
            untold,
        )


def key_in_logs(evidence: Evidence) -> Iterator[Finding]:
    """A key that was written down."""
    for record in evidence.logs or ():
        text = _text(record)
        if KEY.search(text) or any(tells_key(key, text) for key in evidence.keys):
            yield Finding(
                "key_in_logs",
                "a line of your log holds the API key. Whoever reads the log can now spend your money, and logs are "
                f"copied to where nobody looks for keys. It begins: `{KEY.sub('sk-ant-…', text)[:40]}`.",
                tuple(evidence.exchanges[:1]),
            )
            return


RULES: Final = (no_request_id, key_in_logs)


def _id_is_known(one: Exchange) -> bool:
    """Whether an app can know it: of an answer in one piece that breaks off, the SDK tells nothing but that."""
    return one.request_id is not None and one.status is not None and (one.ending == "clean" or is_stream(one))


def _is_librarys(record: Any) -> bool:
    return isinstance(record, logging.LogRecord) and record.name.partition(".")[0] in LIBRARIES


_FORMAT: Final = logging.Formatter()


def _text(record: logging.LogRecord | Mapping[str, Any] | str) -> str:
    """All that a record says: its message, its fields, and the traceback that goes with it."""
    if isinstance(record, str):
        return record
    if isinstance(record, logging.LogRecord):
        return f"{_FORMAT.format(record)} {json.dumps(vars(record), default=repr)}"
    return json.dumps(record, default=repr, ensure_ascii=False)
