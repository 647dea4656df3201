"""A document of each kind in the EPUB."""
