"""What only maintainers run: ``python -m tools.<name>`` in the archive's root."""
