"""What each endpoint answers to a valid request."""

from collections.abc import Sequence

from helpers.replay.batches import Batches, timestamp
from helpers.replay.content import Content, as_json
from helpers.replay.events import Json
from helpers.replay.fixture import fixture_for
from helpers.replay.identifiers import Identifiers
from helpers.replay.messages import input_tokens, message_content
from helpers.replay.reply import Chunk
from helpers.replay.request import Request
from helpers.replay.routes import Route
from helpers.replay.rules import KNOWN_MODELS, Refusal, check_query
from helpers.replay.scenario import Answer

NO_FILES = "The replay keeps no files: of this endpoint it knows only the size limit."


class Endpoints:
    """The API behind the rules. `models` are known beside those of the SDK."""

    def __init__(self, batches: Batches, identifiers: Identifiers, models: Sequence[str]) -> None:
        self._batches = batches
        self._identifiers = identifiers
        self._models = models

    def answer(self, route: Route, argument: str, request: Request, step: Answer, now: float) -> Content:
        """The content of the answer. Raises `Refusal` where there is none."""
        batches, origin = self._batches, request.origin
        match route.name:
            case "messages":
                fixture = step.message(request) if callable(step.message) else step.message
                fixture = fixture or fixture_for(request.prompt)
                return message_content(fixture, request, self._identifiers.draw("msg"))
            case "count_tokens":
                return as_json({"input_tokens": input_tokens(request)})
            case "create_batch":
                return as_json(batches.create(request.fields["requests"], now, self._models).to_json(origin))
            case "list_batches":
                check_query(request.query)
                return as_json(batches.page(request.query, origin))
            case "retrieve_batch":
                return as_json(batches.poll(argument, now).to_json(origin))
            case "cancel_batch":
                return as_json(batches.cancel(argument, now).to_json(origin))
            case "delete_batch":
                return as_json(batches.delete(argument))
            case "batch_results":
                return Content(map(Chunk, batches.results(argument)), content_type="application/x-jsonl")
            case "upload_file":
                raise Refusal(501, NO_FILES)
            case "list_models":
                return as_json(_model_page(sorted({*KNOWN_MODELS, *self._models})))
        if argument not in KNOWN_MODELS and argument not in self._models:
            raise Refusal(404, f"model: {argument}")
        return as_json(_model(argument))


def _model(name: str) -> Json:
    return {"type": "model", "id": name, "display_name": name, "created_at": timestamp(0)}


def _model_page(names: Sequence[str]) -> Json:
    return {"data": [_model(name) for name in names], "has_more": False, "first_id": names[0], "last_id": names[-1]}
