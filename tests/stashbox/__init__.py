"""A stash-box of our own for tests: the model (world.py) and a real HTTP server over it (server.py)."""
