"""Exercises of lesson 06."""

from typing import Final

from helpers.exercises.exercise import Exercise

EXERCISES: Final[tuple[Exercise, ...]] = ()
