"""EventFlow’s back office: settings, database, signing in, serving."""

__version__ = "0.12.0"
