"""Said to the log, and let through."""

import logging

import anthropic


def call_once(client, **params):
    try:
        return client.messages.create(**params)
    except anthropic.APIStatusError as error:
        logging.getLogger(__name__).debug("%s %s %s", error.type, error.api_message, error.request_id)
        raise
