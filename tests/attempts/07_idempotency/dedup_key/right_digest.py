"""Short and the same everywhere: a digest of what names the charge."""

import hashlib

VERSION = "charges/2024"


def dedup_key(tool_use):
    return hashlib.sha256(f"{VERSION} {tool_use.name} {tool_use.input['payment']}".encode()).hexdigest()
