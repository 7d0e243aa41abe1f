"""The error map as a picture: what it says in words, and that all of it is inside of the frame."""

import re

from helpers.facts.errors import ERROR_MAP
from helpers.lessons.errors.error_map import WIDTH, error_map


def test_words() -> None:
    """Both lanes, what the cheat sheet leaves out, and what is answered by a page."""
    again, once, left_out, pages = (line.strip() for line in error_map().text.splitlines()[1:])
    assert again == "The SDK tries again: 408, 409, 429, 500, 502, 503, 504, 520, 524, 529."
    assert once == "Sent once: 400, 401, 402, 403, 404, 413, 422."
    assert left_out == "Not on the cheat sheet: 404, 408, 409, 422, 502, 503, 520, 524."
    assert pages == "A page answers, without type and request id: 502, 503, 520, 524."


def test_every_status_is_inside_of_the_frame() -> None:
    """Also when the map grows by a row."""
    boxes = re.findall(r'<rect x="(\d+)" y="[^"]+" width="(\d+)"', error_map().html)
    assert len(boxes) == len(ERROR_MAP)
    assert max(int(x) + int(width) for x, width in boxes) <= WIDTH
