"""EventFlow’s back office: settings, database, signing in, serving."""

__version__ = "0.11.0"
