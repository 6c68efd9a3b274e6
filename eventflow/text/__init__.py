"""Text for people: its direction, and sentences that are told again in another language."""
