"""Going through the queue: its tabs and lines, a row unfolded, and what is told after deciding."""
