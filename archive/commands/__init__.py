"""The commands behind make, one a file.  Each has ``add_arguments`` and ``run``."""
