"""Django's PostgreSQL backend with three things added; see `base`."""
