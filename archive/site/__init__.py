"""How the archive is shown: the Sphinx domain and its small extensions."""
