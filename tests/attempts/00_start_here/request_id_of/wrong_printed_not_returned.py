"""Log it, and done."""


def request_id_of(message):
    print("request id:", message._request_id)
