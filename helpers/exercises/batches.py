"""Exercises of lesson 03: the requests of a batch, batches that fit, the wait, the results, and what it saved."""

from typing import Final

from helpers.exercises.batch_requests import BUILD_REQUESTS, SPLIT_BATCHES
from helpers.exercises.batch_results import BATCH_SAVINGS, COLLECT
from helpers.exercises.batch_waiting import WAIT_FOR
from helpers.exercises.exercise import Exercise

EXERCISES: Final[tuple[Exercise, ...]] = (BUILD_REQUESTS, SPLIT_BATCHES, WAIT_FOR, COLLECT, BATCH_SAVINGS)
