"""What the archive knows once its pages are read."""
