"""What people say of a suggestion beside deciding on it, on its page."""
