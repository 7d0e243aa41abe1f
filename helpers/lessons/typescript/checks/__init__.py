"""What judges the exercises of lesson A1: cases and verdicts of their sisters in Python, and what is TypeScript's."""
