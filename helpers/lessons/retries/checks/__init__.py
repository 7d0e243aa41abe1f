"""What judges the exercises of lesson 06: one module each, named like it. Nobody who learns imports this."""
