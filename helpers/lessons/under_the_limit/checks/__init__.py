"""What judges the exercises of lesson 12: one module each, named like it."""
