"""Acts beside moves of status: what people say of a suggestion, kept in `suggestion_acts`."""
