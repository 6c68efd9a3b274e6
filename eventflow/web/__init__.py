"""How pages are served: what an address may ask, how long, how many at once, to whom."""
