"""What judges the exercises of lesson 05: one module each, named like it. Nobody who learns imports this."""
