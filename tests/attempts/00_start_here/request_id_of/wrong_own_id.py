"""Every request gets an id from us, for our log."""

import uuid


def request_id_of(message):
    return f"req_{uuid.uuid4().hex[:24]}"
