"""What judges the exercises of lesson 11: one module each, named like it."""
