"""Checks that documents are faithful to their sources.  Imports no Sphinx, docutils or BibTeX."""
