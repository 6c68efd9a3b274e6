"""The database: its backend and roles, the SQL it is given, and what stands in its catalogue."""
