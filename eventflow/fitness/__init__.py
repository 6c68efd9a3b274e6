"""Whether it can work: for what restarts it, what sends people to it, and who looks after it."""
