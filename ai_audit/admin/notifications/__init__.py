"""Mails: what became of them, how one is told oneself, and the link that ends a kind."""
