"""Widgets with a text twin: what stands in their place in a terminal, on a page, and where no widget is drawn."""

from typing import Any, Final

from ipywidgets import VBox

NO_TOOLTIP: Final = ""
"""Without one, ipywidgets writes "null" there, and a screen reader says it before what a field is called."""


class Twinned(VBox):  # type: ignore[misc] # ipywidgets has no types
    """A box whose `repr` is its twin, all of it: the widget's own bundle cuts the text off."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}
