"""I believed: a copy of the dictionary is a copy of what is in it."""

from helpers import MODEL


def build_requests(documents):
    template = {"model": MODEL, "max_tokens": 200, "messages": [{"role": "user", "content": ""}]}
    requests = []
    for key, text in documents.items():
        params = template.copy()
        params["messages"][0]["content"] = text
        requests.append({"custom_id": key, "params": params})
    return requests
