"""What a user looks at: a screen that fills while the answer is written, and several of them side by side."""

from html import escape

from ipywidgets import HTML, HBox, Layout

from helpers.display.style import STYLE


class Screen(HTML):  # type: ignore[misc] # ipywidgets has no types
    """A screen with a title. `write` appends to what it shows, at once."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._text = ""
        super().__init__(layout=Layout(width="340px", margin="0 16px 0 0"))
        self._draw()

    def write(self, text: str) -> None:
        """Show `text` after what is there."""
        self._text += text
        self._draw()

    def _draw(self) -> None:
        body = escape(self._text) or '<span class="dim">nothing yet</span>'
        title = escape(self._title)
        self.value = (
            f'{STYLE}<div class="course course-screen" role="group" aria-label="{title} screen">'
            f"<b>{title}</b><p>{body}</p></div>"
        )

    def __repr__(self) -> str:
        return f"{self._title}: {self._text or 'nothing yet'}"


class SideBySide(HBox):  # type: ignore[misc] # ipywidgets has no types
    """Screens beside each other."""

    def __init__(self, *screens: Screen) -> None:
        super().__init__(list(screens))

    def __repr__(self) -> str:
        return "\n".join(repr(screen) for screen in self.children)
