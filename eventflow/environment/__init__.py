"""What the environment says: asked for, read as a typed value, held to what production needs."""
