"""Programs for maintainers: ``python -m tools.<name>`` in the archive's root."""
