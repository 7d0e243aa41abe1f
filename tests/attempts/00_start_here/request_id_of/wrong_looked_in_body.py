"""As a dict I can see all that the message holds."""


def request_id_of(message):
    return message.model_dump()["request_id"]
