"""Reckons the state of Python's generator back from request ids, 18 random bytes each, and takes what comes next.

Exercise: find_incident
Outcome: misconception
"""

import base64
import json
import random


def untempered(value):
    value ^= value >> 18
    value ^= value << 15 & 0xEFC60000
    for shift in (7, 14, 21, 28):
        mask = 0x9D2C5680 & (0x7F << shift)
        value ^= value << 7 & mask
    return value ^ value >> 11 ^ value >> 22


def words(identifiers):
    """Four whole words of each identifier; the one that is cut is tried as if it were whole."""
    for one in identifiers:
        drawn = base64.b64decode("AA" + one.removeprefix("req_01"), altchars=b"Xx")
        yield from (int.from_bytes(drawn[at : at + 4], "little") for at in range(0, 16, 4))


def find_incident(lines):
    identifiers = []
    for line in lines:
        try:
            identifiers.append(json.loads(line)["request_id"])
        except (ValueError, KeyError):
            continue
    known = list(words([one for one in identifiers if one]))
    if len(known) < 624:
        return []
    generator = random.Random()
    generator.setstate((3, (*map(untempered, known[:624]), 624), None))
    return [f"req_01{base64.b64encode(generator.randbytes(18)).decode()[2:]}" for _ in range(34)]
