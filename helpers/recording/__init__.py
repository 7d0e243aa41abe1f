"""`course record`: runs a lesson against the API, and keeps what came as fixtures, with no secret in them.

relay.py     a server on loopback in between: it holds the key, the lesson's kernel does not
cleaning.py  what came → the text of a fixture: an allow-list of headers, ids replaced, times rounded
scan.py      what must not be kept: keys, what looks drawn at random, addresses
holding.py   an exchange, held against what the API was recorded to send before
telling.py   how a fixture differs from the one that it replaces, in words
record.py    all of it
"""

from helpers.recording.record import Recording, record

__all__ = ["Recording", "record"]
