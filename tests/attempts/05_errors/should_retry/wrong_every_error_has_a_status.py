"""I believed: every error has a status."""


def should_retry(error):
    return error.status_code in (408, 409, 429) or error.status_code >= 500
