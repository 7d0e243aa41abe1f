"""What judges the exercises of lesson A2: one module each, named like it."""
