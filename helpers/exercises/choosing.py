"""Exercises of lesson 04."""

from typing import Final

from helpers.exercises.exercise import Exercise

EXERCISES: Final[tuple[Exercise, ...]] = ()
