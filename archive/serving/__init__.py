"""``make serve``: builds the archive in memory at each edit, and serves it on this machine only."""
