"""Who works here: signing in, passwords that are wrong, and the second factor."""
