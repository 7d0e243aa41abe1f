"""What is left is the next call's deadline, and the SDK's last error goes up."""

from email.utils import parsedate_to_datetime

import anthropic

from helpers import MODEL


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def until(headers):
    """Seconds, as `retry-after` says them, or by the server's own clock until the date that it says."""
    after = headers.get("retry-after", "0")
    try:
        return float(after)
    except ValueError:
        return (parsedate_to_datetime(after) - parsedate_to_datetime(headers["date"])).total_seconds()


def ask_within(client, prompt, seconds, clock, wait=1.0):
    began = clock.now()
    once = client.with_options(max_retries=0, timeout=seconds)
    try:
        return text_of(
            once.messages.create(model=MODEL, max_tokens=1024, messages=[{"role": "user", "content": prompt}])
        )
    except anthropic.APITimeoutError:
        raise TimeoutError from None
    except anthropic.APIStatusError as error:
        told = error.response.headers.get("x-should-retry")
        spent = error.error_code == "enforced_spend_limit_reached"
        passes = error.status_code in (408, 409, 429) or error.status_code >= 500
        if spent or told == "false" or (told != "true" and not passes):
            raise
        wait = max(wait, until(error.response.headers))  # nan is never more than the wait before it
        left = seconds - (clock.now() - began) - wait
        if left <= 0:
            raise
    clock.sleep(wait)
    return ask_within(client, prompt, left, clock, 2 * wait)
