"""Environment variables: asked for, read as typed values, held to what production needs."""
