"""``make serve``: shows the archive on this machine, and builds it in memory at each edit."""
