"""What judges the exercises of lesson 09: one module each, named like it. Nobody who learns imports this."""
