"""Django's PostgreSQL backend with four things added; see `base`."""
