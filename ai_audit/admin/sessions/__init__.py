"""Sessions by hand: looked at, changed and removed."""
