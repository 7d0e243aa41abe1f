"""Whether parameters have the shapes of the SDK's own types, so that the replay changes when the SDK does."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeAlias, get_type_hints

from anthropic.types import MessageParam
from pydantic import TypeAdapter, ValidationError

Place: TypeAlias = tuple[int | str, ...]


@cache
def names_of(types: type) -> frozenset[str]:
    """The parameters that `types` has."""
    return frozenset(get_type_hints(types))


def shape_error(types: type, name: str, value: Any) -> str | None:
    """What is wrong with the shape of one parameter, in the API's words: `messages.0.content: Field required`."""
    try:
        return _inner_error(_adapter(types, name).validate_python(value), (name,))
    except ValidationError as error:
        return _sentence((name,), error)


@cache
def _adapter(types: type, name: str) -> TypeAdapter[Any]:
    # `messages` by itself: as a field of the parameters it is an Iterable, which pydantic does not look into.
    kind = list[MessageParam] if name == "messages" else get_type_hints(types)[name]
    return TypeAdapter(kind)


def _inner_error(value: Any, place: Place) -> str | None:
    """What is wrong where pydantic looks only when it is read: in every `Iterable` of the SDK's types."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return None
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    try:
        for step, inner in steps:
            if type(inner) is str:  # what most of it is
                continue
            if (error := _inner_error(inner, (*place, step))) is not None:
                return error
    except ValidationError as invalid:
        return _sentence(place, invalid)
    return None


def _sentence(place: Place, error: ValidationError) -> str:
    errors = error.errors(include_url=False, include_input=False)
    # A block could have been of many kinds: the one that its `type` names was meant.
    unnamed = [one for one in errors if one["type"] == "literal_error" and one["loc"][-1] == "type"]
    others = {one["loc"][:-1] for one in unnamed}
    meant = next((one for one in errors if not _is_below(one["loc"], others)), None)
    if meant is None:
        meant = unnamed[0]
        known = dict.fromkeys(str(one.get("ctx", {}).get("expected")) for one in unnamed)
        meant["msg"] = f"Input should be {', '.join(known)}"
    return f"{'.'.join(str(step) for step in (*place, *meant['loc']) if _is_shown(step))}: {meant['msg']}"


def _is_below(place: Place, places: Iterable[Sequence[int | str]]) -> bool:
    return any(place[: len(one)] == tuple(one) for one in places)


def _is_shown(step: int | str) -> bool:
    """Whether a step of pydantic's path is one of the body's, not the name of one of the SDK's types."""
    return isinstance(step, int) or (step.isidentifier() and step.islower())
