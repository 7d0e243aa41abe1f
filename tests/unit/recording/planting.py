"""Secrets of every kind, planted in every place of a recorded exchange.

    python -m tests.unit.recording.planting [COUNT]

plants so many, at random, and prints how many of them were refused, left out, and leaked.
"""

import json
import string
import sys
from base64 import b64encode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from helpers.errors import CourseError
from helpers.recording.cleaning import fixture_text
from helpers.recording.exchange import Kept, Piece

BASE62: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
BASE32: Final = string.ascii_uppercase + "234567"
HEAD: Final = {"origin": "recorded", "date": "2026-11-27", "sdk": "anthropic 2.12.0", "when": "refund"}
IN_USE: Final = "what-this-person-uses-as-a-key"
"""No shape gives it away: it is known."""


def _some(alphabet: str, least: int, most: int | None = None) -> Callable[[Random], str]:
    return lambda source: "".join(source.choices(alphabet, k=source.randint(least, most or least)))


def _after(prefix: str, rest: Callable[[Random], str]) -> Callable[[Random], str]:
    return lambda source: prefix + rest(source)


KINDS: Final[Mapping[str, Callable[[Random], str]]] = {
    "the key in use": lambda source: IN_USE,
    "Anthropic": _after("sk-ant-api03-", _some(BASE62 + "-_", 40, 95)),
    "Anthropic, short": _after("sk-ant-", _some(BASE62, 8)),
    "Anthropic, OAuth": _after("sk-ant-oat01-", _some(BASE62 + "-_", 86)),
    "OpenAI": _after("sk-proj-", _some(BASE62 + "-_", 40, 120)),
    "OpenAI, old": _after("sk-", _some(BASE62, 48)),
    "Amazon": _after("AKIA", _some(BASE32, 16)),
    "Amazon, secret": _some(BASE62 + "+/", 40),
    "Google": _after("AIza", _some(BASE62 + "-_", 35)),
    "GitHub": _after("ghp_", _some(BASE62, 36)),
    "GitHub, fine-grained": _after("github_pat_", _some(BASE62, 22)),
    "GitLab": _after("glpat-", _some(BASE62 + "-_", 20)),
    "Slack": _after("xoxb-", _some(string.digits, 12)),
    "Stripe": _after("sk_live_", _some(BASE62, 24)),
    "Hugging Face": _after("hf_", _some(BASE62, 34)),
    "npm": _after("npm_", _some(BASE62, 36)),
    "PyPI": _after("pypi-AgEI", _some(BASE62, 60)),
    "SendGrid": lambda source: f"SG.{_some(BASE62, 22)(source)}.{_some(BASE62, 43)(source)}",
    "JWT": lambda source: (
        f"eyJhbGciOi{_some(BASE62, 10)(source)}.eyJzdWIi{_some(BASE62, 20)(source)}.{_some(BASE62, 43)(source)}"
    ),
    "private key": lambda source: "-----BEGIN RSA PRIVATE KEY-----",
    "password in an address": lambda source: f"https://user:{_some(string.ascii_lowercase, 8)(source)}@host.example/",
    "e-mail address": lambda source: (
        f"{_some(string.ascii_lowercase, 3, 9)(source)}@{_some(string.ascii_lowercase, 4, 9)(source)}.com"
    ),
    "hex": _some(HEX, 32, 64),
    "base 62": _some(BASE62, 20, 64),
    "base 32": _some(BASE32, 16, 52),
    "base 64": lambda source: b64encode(source.randbytes(source.randint(18, 48))).decode(),
    "base 64 for addresses": lambda source: urlsafe_b64encode(source.randbytes(source.randint(18, 48))).decode(),
    "bearer": _after("Bearer ", _some(BASE62, 12)),
    "password": _after("password: ", _some(string.ascii_lowercase, 8)),
    "card": lambda source: " ".join(_some(string.digits, 4)(source) for _ in range(4)),
}


def _event(name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return name, {"type": name, **fields}


def _text(text: str, index: int = 0) -> tuple[str, dict[str, Any]]:
    return _event("content_block_delta", index=index, delta={"type": "text_delta", "text": text})


def stream(
    *pieces: tuple[str, dict[str, Any]], start: Mapping[str, Any] | None = None
) -> list[tuple[str, dict[str, Any]]]:
    """The events of a whole answer, with these in its first block."""
    message = {"id": "msg_01AbCdEfGhIjKlMnOpQrStUv", "type": "message", "role": "assistant", "model": "claude-opus-4-8"}
    usage = {"input_tokens": 14, "output_tokens": 1}
    empty: dict[str, Any] = {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": usage,
    }
    return [
        _event("message_start", message={**message, **empty, **(start or {})}),
        _event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        *pieces,
        _event("content_block_stop", index=0),
        _event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9}),
        _event("message_stop"),
    ]


def kept(
    events: Sequence[tuple[str, Mapping[str, Any]]], headers: Mapping[str, str] | None = None, between: str = ""
) -> Kept:
    """An exchange that was answered with `events`, and with `between` after the second."""
    sent = [f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode() for name, data in events]
    sent.insert(2, between.encode())
    pieces = [Piece(data, 0.31 * number) for number, data in enumerate(sent, 1)]
    of_it = {
        "content-type": "text/event-stream; charset=utf-8",
        "request-id": "req_011CabcDEFghiJKLmnoPQRst",
        **(headers or {}),
    }
    return Kept(1, "POST", "/v1/messages", b"{}", 200, of_it, pieces)


def whole(message: Mapping[str, Any]) -> Kept:
    """An exchange that was answered with one message."""
    start = {**stream()[0][1]["message"], "stop_reason": "end_turn", **message}
    return Kept(
        1,
        "POST",
        "/v1/messages",
        b"{}",
        200,
        {"content-type": "application/json"},
        [Piece(json.dumps(start).encode(), 1.23)],
    )


def _percent(secret: str) -> str:
    return "".join(f"%{byte:02X}" for byte in secret.encode())


def _input(secret: str, cut: int) -> list[tuple[str, dict[str, Any]]]:
    deltas = [json.dumps({"key": secret})[:cut], json.dumps({"key": secret})[cut:]]
    return [
        _event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": one})
        for one in deltas
    ]


def _blocks(secret: str, cut: int) -> Kept:
    between = [
        _event("content_block_stop", index=0),
        _event("content_block_start", index=1, content_block={"type": "text", "text": ""}),
    ]
    return kept(stream(_text(f"It is {secret[:cut]}"), *between, _text(secret[cut:], 1)))


PLACES: Final[Mapping[str, Callable[[str, int], Kept]]] = {
    "a header that is kept": lambda secret, cut: kept(stream(_text("Yes.")), {"server": secret}),
    "a header among others": lambda secret, cut: kept(stream(_text("Yes.")), {"set-cookie": secret, "x-debug": secret}),
    "the request id": lambda secret, cut: kept(stream(_text("Yes.")), {"request-id": f"req_1 {secret}"}),
    "a stream's comment": lambda secret, cut: kept(stream(_text("Yes.")), between=f": {secret}\n\n"),
    "a stream's event": lambda secret, cut: kept(stream(_text(f"The key is {secret}, as you asked."))),
    "two events": lambda secret, cut: kept(stream(_text(f"It is {secret[:cut]}"), _text(f"{secret[cut:]}, yes."))),
    "two events and a ping": lambda secret, cut: kept(stream(_text(secret[:cut]), _event("ping"), _text(secret[cut:]))),
    "many events": lambda secret, cut: kept(stream(*(_text(letter) for letter in secret))),
    "two blocks": _blocks,
    "a tool's input, in two events": lambda secret, cut: kept(stream(*_input(secret, cut))),
    "thoughts": lambda secret, cut: kept(
        stream(_event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": secret}))
    ),
    "an unknown field": lambda secret, cut: kept(stream(_text("Yes."), start={"debug": {"trace": [secret]}})),
    "a field's name": lambda secret, cut: kept(stream(_text("Yes."), start={secret: 1})),
    "the model's name": lambda secret, cut: kept(stream(_text("Yes."), start={"model": secret})),
    "the message's id": lambda secret, cut: kept(stream(_text("Yes."), start={"id": secret})),
    "an event's name": lambda secret, cut: kept(stream((secret.replace("\n", " "), {"type": secret}))),
    "an address": lambda secret, cut: kept(stream(_text(f"See https://host.example/a?key={secret}&b=1 for it."))),
    "an address, encoded": lambda secret, cut: kept(stream(_text(f"See https://host.example/?key={_percent(secret)}"))),
    "an unstreamed body": lambda secret, cut: whole({"content": [{"type": "text", "text": f"It is {secret}."}]}),
    "two blocks of a body": lambda secret, cut: whole(
        {"content": [{"type": "text", "text": secret[:cut]}, {"type": "text", "text": secret[cut:]}]}
    ),
    "a body's unknown field": lambda secret, cut: whole({"content": [], "account": {"of": secret}}),
    "a citation": lambda secret, cut: whole(
        {"content": [{"type": "text", "text": "", "citations": [{"url": secret}]}]}
    ),
    "the request's own body": lambda secret, cut: _asked(secret),
}


def _asked(secret: str) -> Kept:
    one = kept(stream(_text("Yes.")))
    one.body = json.dumps({"messages": [{"role": "user", "content": secret}], "metadata": {"user_id": secret}}).encode()
    return one


@dataclass(frozen=True)
class Fate:
    """What became of a secret: `refused`, `left out` or `leaked`, and what was said or written."""

    became: str
    said: str


def plant(kind: str, place: str, seed: int, cut: float) -> tuple[str, Fate]:
    """A secret of that kind, and what becomes of it in that place. It is cut, where it is, at `cut` of its length."""
    secret = KINDS[kind](Random(seed))
    at = min(max(1, round(cut * len(secret))), len(secret) - 1)
    try:
        text = fixture_text(PLACES[place](secret, at), HEAD, [IN_USE], "refund.sse")
    except CourseError as error:
        return secret, Fate("leaked" if secret in str(error) else "refused", str(error))
    halves = [half for half in (secret, secret[:at], secret[at:], _percent(secret)) if len(half) > 7]
    # As it is written, too: a file's JSON has backslashes.
    written = text + json.dumps(text)
    return secret, Fate("leaked" if any(half in written for half in halves) else "left out", text)


def main(count: int) -> None:
    """Plant them, and print the figures."""
    source = Random(0)
    fates: Counter[tuple[str, str]] = Counter()
    for _ in range(count):
        kind, place = source.choice(list(KINDS)), source.choice(list(PLACES))
        _, fate = plant(kind, place, source.randrange(2**32), source.random())
        fates[place, fate.became] += 1
    for place in PLACES:
        counts = "  ".join(f"{name} {fates[place, name]:5}" for name in ("refused", "left out", "leaked"))
        print(f"{place:32}{counts}")  # noqa: T201
    print(f"planted {count}, leaked {sum(n for (_, name), n in fates.items() if name == 'leaked')}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
