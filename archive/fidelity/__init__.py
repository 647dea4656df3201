"""Whether a rewriting is faithful to its source.  Imports no Sphinx, docutils or BibTeX."""
