"""The check of `first_answer`: the text of one reply."""

import random
from collections.abc import Sequence
from typing import Final

from helpers.judging.check import Case, Check
from helpers.judging.mistakes import content_as_text, first_block, not_yet_text, own_prompt, printed
from helpers.judging.reading import said_returned, wrong_text
from helpers.judging.words import draw_answer, draw_prompt, text_case
from helpers.lessons.start_here import LESSON
from helpers.replay import Answer, Fail, Scenario, thinking_first

REPLY: Final = "A reply is a list of blocks"


def _first_answer_cases(source: random.Random) -> Sequence[Case]:
    return [
        text_case("one block", source),
        text_case("two blocks", source, 2),
        _thinking_case(source),
        text_case("after a 529", source, 1, Fail(529)),
    ]


def _thinking_case(source: random.Random) -> Case:
    """A first block that is no text."""
    text = draw_answer(source)
    scenario = Scenario("thinking first", "thinking first", then=Answer(thinking_first(text)))
    return Case("thinking first", scenario, {"prompt": draw_prompt(source)}, {"texts": [text]})


CHECK: Final = Check(
    LESSON.exercise("first_answer"),
    cases=_first_answer_cases,
    right=wrong_text,
    said=said_returned,
    misconceptions=(
        printed(REPLY),
        own_prompt(REPLY),
        not_yet_text(REPLY),
        content_as_text(REPLY),
        first_block(REPLY),
    ),
    hints=(
        "Ask with `client.messages.create(…)`: it needs `model`, `max_tokens` and `messages`. What comes back is a "
        "message, and its `content` is a list of blocks.",
        "A block has a `type`. Take the `text` of every block whose type is `text`, also of the second and the third.",
        'The last line can be `return "".join(block.text for block in message.content if block.type == "text")`.',
    ),
    besides="Ours looks at each block's type, so that thinking or a tool call among the text does not break it.",
)
