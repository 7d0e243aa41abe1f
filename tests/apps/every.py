"""The eight apps that the course and llmock judge side by side."""

from typing import Final

from tests.apps import again_400, crowd, half_answer, half_tool, hasty, loose_log, stacked, waits_for_ever

APPS: Final = tuple(
    module.APP for module in (again_400, stacked, hasty, crowd, half_answer, waits_for_ever, half_tool, loose_log)
)
