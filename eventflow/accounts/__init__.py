"""Authentication: signing in, wrong passwords, and the second factor."""
