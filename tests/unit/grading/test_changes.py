"""What a call changes that stands at the top level of a cell is changed for whoever needs it, and nothing is sent."""

from typing import Final

import pytest

from tests.unit.grading.test_definitions import defined

TABLE: Final = "TABLE = []"
USES: Final = "def f():\n    return sorted(TABLE)"

FILLED: Final = {
    "a method": [TABLE, "TABLE.append(3)", USES],
    "in a loop": [TABLE, "for x in (3,):\n    TABLE.append(x)", USES],
    "in a comprehension": [TABLE, "[TABLE.append(x) for x in (3,)]", USES],
    "of an attribute": ["class Box: rows = []", "Box.rows.append(3)", "def f():\n    return Box.rows"],
    "of an item": ["T = {'a': []}", "T['a'].append(3)", "def f():\n    return T['a']"],
    "of what a method returned": ["T = {}", "T.setdefault('a', []).append(3)", "def f():\n    return T['a']"],
    "its value taken": [TABLE, "TABLE.extend([3, 4])", "last = TABLE.pop()", USES],
    "a method of one's own": [
        "class Table(list):\n    def learn(self, x):\n        self.append(x)",
        "TABLE = Table()",
        "TABLE.learn(3)",
        USES,
    ],
    "global": ["def setup():\n    global TABLE\n    TABLE = [3]", "setup()", USES],
    "global, through another": [
        "def inner():\n    global TABLE\n    TABLE = [3]",
        "def g():\n    inner()",
        "g()",
        USES,
    ],
    "in a function": [TABLE, "def fill():\n    TABLE.append(3)", "fill()", USES],
    "an item, in a function": ["T = {}", "def fill():\n    T['a'] = [3]", "fill()", "def f():\n    return T['a']"],
    "handed to one's own": [TABLE, "def fill(rows):\n    rows.append(3)", "fill(TABLE)", USES],
    "handed by name": [TABLE, "def fill(*, rows):\n    rows.append(3)", "fill(rows=TABLE)", USES],
    "handed to a library's": ["import heapq", TABLE, "heapq.heappush(TABLE, 3)", USES],
    "handed to an imported one": ["from bisect import insort", TABLE, "insort(TABLE, 3)", USES],
    "through an alias in a loop": [TABLE, "for rows in (TABLE,):\n    rows.append(3)", USES],
    "by a decorator": [
        TABLE,
        "def register(g):\n    TABLE.append(g())\n    return g",
        "@register\ndef three():\n    return 3",
        USES,
    ],
    "by a subclass": [
        TABLE,
        "class Base:\n    def __init_subclass__(cls):\n        TABLE.append(cls.x)",
        "class Three(Base):\n    x = 3",
        USES,
    ],
    "by a constructor": [TABLE, "class Add:\n    def __init__(self, x):\n        TABLE.append(x)", "Add(3)", USES],
    "awaited": ["async def rows():\n    return [3]", "TABLE = await rows()", USES],
    "awaited, in a function": [TABLE, "async def fill():\n    TABLE.append(3)", "await fill()", USES],
    "under __main__": ['if __name__ == "__main__":\n    TABLE = [3]', USES],
}


@pytest.mark.parametrize("cells", FILLED.values(), ids=FILLED)
def test_filled(cells: list[str]) -> None:
    """However a value comes to be filled."""
    assert defined(*cells)["f"]() == [3]


def test_single_dispatch() -> None:
    """What is registered with a function belongs to it."""
    cells = ("import functools", "@functools.singledispatch\ndef f(x):\n    return 1")
    assert defined(*cells, "@f.register\ndef _(x: str):\n    return 3")["f"]("a") == 3


NOT_RUN: Final = {
    "a client": ["client = make_client()", "client.messages.create(**PARAMS)", "def f():\n    return client, PARAMS"],
    "the function itself": ["COUNT = []", "def f():\n    COUNT.append(1)\n    return COUNT", "f()", "LATER = f()"],
    "a reading method": [TABLE, "for x in TABLE.copy(): SEEN.append(x)", USES],
    "what shows": [TABLE, "from helpers import table", "table('a', ['b'], TABLE)", USES],
    "what nobody needs": ["OTHER = []", "OTHER.append(SEEN.append(1))", "def f():\n    return 1"],
    "a text": ["TEXT = 'a'", "TEXT.join(SEEN.append(1) or [])", "def f():\n    return TEXT"],
}


@pytest.mark.parametrize("cells", NOT_RUN.values(), ids=NOT_RUN)
def test_not_run(cells: list[str]) -> None:
    """What a cell does is not repeated: no request is sent again, and nothing is shown."""
    head = "from helpers import make_client\nPARAMS = {}\nSEEN = []"
    names = defined(head, *cells)
    assert not names.get("SEEN")
    assert not names.get("COUNT")
    if "client" in names:
        from helpers.client import wire_log

        assert not wire_log(names["client"])
