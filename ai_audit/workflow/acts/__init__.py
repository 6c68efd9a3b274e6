"""What people say of a suggestion beside moves of its status, kept in `suggestion_acts`."""
