"""A request of the wire log as a curl line, for a shell: readable, complete, and without a key in it.

    curl "${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages" \\
      -H "authorization: Bearer $ANTHROPIC_API_KEY" \\
      -H 'anthropic-version: 2026-10-21' \\
      -H 'content-type: application/json' \\
      --data-raw '{
        "model": "claude-opus-4-8",
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": "Hello"}]
      }'

The shell puts in the address and the key, from the variables that the SDK reads too. The headers are those that the SDK
sent and the API reads.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from helpers.replay.wire import Exchange

ADDRESS: Final = "${ANTHROPIC_BASE_URL:-https://api.anthropic.com}"
KEY: Final = '-H "authorization: Bearer $ANTHROPIC_API_KEY"'
HEADERS: Final = ("anthropic-version", "anthropic-beta", "content-type")
"""Of those that the log keeps, the ones that the API reads."""
BODY_FILE: Final = "request.json"
LONGEST_LINE: Final = 100
"""Characters of a list up to which it stays on its field's line."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def curl_line(exchange: Exchange) -> str:
    """The request of `exchange` as a command of several lines.

    A body that was too long for the log is read from the file `request.json`, which a comment asks for.
    """
    kept = exchange.sent or not exchange.request_bytes
    asked = "" if kept else f"# the body, of {exchange.request_bytes:,} bytes, belongs into {BODY_FILE}\n"
    return asked + " \\\n  ".join(_parts(exchange))


def _parts(exchange: Exchange) -> Iterator[str]:
    body = exchange.body
    streamed = isinstance(body, dict) and body.get("stream") is True
    implied = "POST" if exchange.request_bytes else "GET"
    method = "" if exchange.method == implied else f" -X {exchange.method}"
    # Without -N, curl keeps back what has arrived.
    yield f'curl{" -N" if streamed else ""}{method} "{ADDRESS}{_in_double_quotes(exchange.path)}"'
    yield KEY
    for name in HEADERS:
        if name in exchange.headers and (name != "content-type" or exchange.request_bytes):
            yield f"-H {_quoted(f'{name}: {exchange.headers[name]}')}"
    if exchange.sent:
        yield f"--data-raw {_quoted(_readable(exchange.sent, body))}"
    elif exchange.request_bytes:
        yield f"--data-binary @{BODY_FILE}"


def _in_double_quotes(text: str) -> str:
    return re.sub(r'([\\"$`])', r"\\\1", text)


def _quoted(text: str) -> str:
    # As `shlex.quote`, which ends and begins in five characters what needs four, and is harder to read.
    return "'" + text.replace("'", r"'\''") + "'"


def _readable(sent: bytes, body: Any) -> str:
    """The body with a line for each of its fields; as it was sent where it is no JSON object."""
    if not isinstance(body, dict) or not body:
        return sent.decode("utf-8", "replace")
    return _lines("{", (f"{_json(name)}: {_value(value)}" for name, value in body.items()), "}", depth=1)


def _value(value: Any) -> str:
    """A field's value on one line; a list that is too long for one, with a line for each of its items."""
    text = _json(value)
    if not isinstance(value, list) or len(text) <= LONGEST_LINE:
        return text
    return _lines("[", map(_json, value), "]", depth=2)


def _lines(begin: str, items: Iterable[str], end: str, depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    return f"{begin}\n{inner}" + f",\n{inner}".join(items) + f"\n{outer}{end}"


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # Half a character is no UTF-8: as an escape it is JSON all the same.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
