"""A message has an id."""


def request_id_of(message):
    return message.id
