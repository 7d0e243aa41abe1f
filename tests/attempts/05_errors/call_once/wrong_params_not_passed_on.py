"""I believed: these three are all there are."""


def call_once(client, **params):
    return client.messages.create(model=params["model"], max_tokens=params["max_tokens"], messages=params["messages"])
