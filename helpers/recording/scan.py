"""What must not be in a file that is committed: keys of every known shape, what looks drawn at random, addresses.

Our own, after a look at what is kept by others. detect-secrets 1.5 (2024) knows no key of Anthropic's, Google's or
Hugging Face's, and its entropy takes "Salt wind on the pier" for a secret; betterleaks 2.0, which is gitleaks' engine,
weighs 54 MB and lets 10 of 23 kinds pass, e-mail addresses and a PEM block among them. A fixture is prose and the field
names of one API. Nothing else has to be let through, and every doubt is a refusal: of a name in camel case, too. What
is drawn at random from small letters alone may pass where it reads like a word.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote

SHAPES: Final = (
    ("a key of Anthropic's", r"sk-ant-[\w-]{4,}"),
    ("a key of OpenAI's, or of somebody who writes them so", r"\b[spr]k[-_](?:proj|svcacct|live|test|or)?[-_]?\w{16,}"),
    ("a key of Amazon's", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z2-7]{12,}"),
    ("a key of Google's", r"\bAIza[\w-]{30,}|\bya29\.[\w-]{10,}|\bGOCSPX-[\w-]{10,}"),
    ("a token of GitHub's", r"\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}"),
    ("a token of GitLab's", r"\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[\w-]{16,}"),
    ("a token of Slack's", r"\bxox[a-z]-[\w-]{8,}|\bxapp-\d-[\w-]{8,}|hooks\.slack\.com/\S+"),
    ("a token of Hugging Face's, npm's or PyPI's", r"\bhf_\w{16,}|\bnpm_\w{16,}|\bpypi-[\w-]{16,}"),
    ("a key of SendGrid's", r"\bSG\.[\w-]{10,}\.[\w-]{10,}"),
    ("a token of somebody's cloud", r"\b(?:dop_v1_|dapi|shpat_|sq0[a-z]{3}-|EAAA|lin_api_|rk_|whsec_|pat-)[\w-]{16,}"),
    ("a web token", r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"),
    ("a private key", r"-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|CERTIFICATE|PGP MESSAGE)"),
    ("a password in an address", r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"]+:[^\s/@\"]+@"),
    ("a secret that says so", r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"),
    (
        "a secret that says so",
        r"(?i)(?:passw(?:or)?d|passwort|secret|token|api[_-]?key|access[_-]?key|authorization|cookie)[\"']?\s*[:=]\s*"
        r"[\"']?[^\s\"',;]{4,}",
    ),
    ("an e-mail address", r"[\w.+%-]+@(?:[\w-]+\.)+[A-Za-z]{2,}"),
    ("a long number", r"\d{13,}|\b\d(?:[ -]?\d){12,}"),
)
_SHAPES: Final = tuple((kind, re.compile(shape)) for kind, shape in SHAPES)
_RUN: Final = re.compile(r"[A-Za-z0-9+/=_~.-]{16,}")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_CHANGE: Final = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9](?<!^.)|(?<=[0-9])[A-Za-z]")
_CONSONANTS: Final = re.compile(r"[^aeiouyAEIOUY]{6}")
CHANGES: Final = 0.12
"""Changes between small letters, capitals and digits inside words: prose has none, a name in camel case a few."""
LONGEST_WORD: Final = 24
"""Letters. What is longer is no word of a prose that a model writes."""
VOWELS: Final = 0.2
"""The least share of them in a word of sixteen letters."""
SHOWN: Final = 4


class Found(NamedTuple):
    """What was found. Of the secret itself no more is shown than how it begins."""

    kind: str
    begins: str
    length: int

    def __str__(self) -> str:
        return f"{self.kind} ({self.begins}…, {self.length} characters)"


def scan(text: str, known: Iterable[str] = (), harmless: Iterable[str] = ()) -> Iterator[Found]:
    """What is in `text` that must not be kept: the `known` secrets, and whatever looks like one.

    `harmless` are the words that may look as they like. What is percent-encoded is looked at decoded too.
    """
    texts = dict.fromkeys((text, unquote(text)))
    for secret in known:
        if any(secret in each for each in texts):
            yield Found("the key that is in use", secret[:SHOWN], len(secret))
    for each in texts:
        for kind, shape in _SHAPES:
            yield from (_found(kind, match) for match in shape.finditer(each))
        for match in _RUN.finditer(each):
            if match[0].strip(".-/=") not in harmless and _looks_random(match[0]):
                yield _found("what looks drawn at random", match)


def _found(kind: str, match: re.Match[str]) -> Found:
    return Found(kind, match[0][:SHOWN], len(match[0]))


def _looks_random(run: str) -> bool:
    words = _WORD.findall(run)
    letters = sum(map(len, words))
    changes = sum(len(_CHANGE.findall(word)) - word[:2].istitle() for word in words)
    return changes > CHANGES * letters or any(map(_is_no_word, words))


def _is_no_word(word: str) -> bool:
    if not word.isalpha():
        return len(word) >= 8 and not word.isdecimal()
    if len(word) >= 16 and (word.isupper() or _CONSONANTS.search(word)):
        return True
    vowels = sum(letter in "aeiouyAEIOUY" for letter in word)
    return len(word) > LONGEST_WORD or (len(word) >= 16 and vowels < VOWELS * len(word))
