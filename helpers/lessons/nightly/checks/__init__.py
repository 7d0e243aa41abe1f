"""What judges the exercises of lesson 13: one module each, named like it."""
