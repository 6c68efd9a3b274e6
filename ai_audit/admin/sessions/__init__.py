"""Sessions by hand: looked at, changed and removed; and the events they are of, to look at."""
