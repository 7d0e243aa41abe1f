"""The exercises: what each one asks, how it is judged, which misconceptions it knows and which hints it gives."""

from helpers.exercises.exercise import Case, Exercise, Misconception, Run
from helpers.exercises.registry import EXERCISES, exercise_named
from helpers.exercises.verdict import Verdict

__all__ = ["EXERCISES", "Case", "Exercise", "Misconception", "Run", "Verdict", "exercise_named"]
