"""Exercises of lesson 05: reading an error, retrying it or not, calling once, and requests that are too large."""

from typing import Final

from helpers.exercises.error_reading import ERROR_FIELDS, SHOULD_RETRY
from helpers.exercises.exercise import Exercise
from helpers.exercises.one_call import CALL_ONCE
from helpers.exercises.request_sizes import FITS

EXERCISES: Final[tuple[Exercise, ...]] = (ERROR_FIELDS, SHOULD_RETRY, CALL_ONCE, FITS)
