"""What judges the exercises of lesson 00: one module each, named like it. Nobody who learns imports this."""
