"""What each endpoint answers to a valid request."""

from collections.abc import Sequence

from helpers.facts.models import MODELS, ModelFacts, model_facts
from helpers.replay.batches import Batches
from helpers.replay.content import JSONL, Content, as_json
from helpers.replay.events import Json
from helpers.replay.fixture import fixture_for
from helpers.replay.identifiers import Identifiers
from helpers.replay.messages import input_tokens, message_content
from helpers.replay.moments import timestamp
from helpers.replay.reply import Chunk
from helpers.replay.request import Request
from helpers.replay.routes import Route
from helpers.replay.rules import KNOWN_MODELS, Refusal, check_query
from helpers.replay.scenario import Answer

NO_FILES = "The replay keeps no files: of this endpoint it knows only the size limit."
POLL_AFTER = "10"
"""Seconds that the API says with a batch that has not ended."""


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
                return as_json(batches.page(request.query, origin, now))
            case "retrieve_batch":
                batch = batches.poll(argument, now)
                headers = {} if batch.ended is not None else {"retry-after": POLL_AFTER}
                return as_json(batch.to_json(origin))._replace(headers=headers)
            case "cancel_batch":
                return as_json(batches.cancel(argument, now).to_json(origin))
            case "delete_batch":
                return as_json(batches.delete(argument))
            case "batch_results":
                lines = map(Chunk, batches.results(argument, now))
                attached = {"content-disposition": f'attachment; filename="{argument}_results.jsonl"'}
                return Content(lines, content_type=JSONL, headers=attached)
            case "upload_file":
                raise Refusal(501, NO_FILES)
            case "list_models":
                return as_json(_model_page([*MODELS, *self._models]))
        if argument not in KNOWN_MODELS and argument not in self._models:
            raise Refusal(404, f"model: {argument}")
        return as_json(_model(argument))


def _model(name: str) -> Json:
    facts = model_facts(name) or ModelFacts(name, name, None, None, None, None, None)
    return {
        "type": "model",
        "id": facts.snapshot or name,
        "display_name": facts.display_name,
        "created_at": f"{facts.created}T00:00:00Z" if facts.created else timestamp(0),
        "max_input_tokens": facts.max_input_tokens,
        "max_tokens": facts.max_tokens,
    }


def _model_page(names: Sequence[str]) -> Json:
    data = list({model["id"]: model for model in map(_model, names)}.values())
    return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}
