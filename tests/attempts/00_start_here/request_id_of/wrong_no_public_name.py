"""Errors have request_id, so messages have it too."""


def request_id_of(message):
    return message.request_id
