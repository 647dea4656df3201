"""How a document comes in: file → text → kind and references → draft, entries, report.

Imports no Sphinx.  The libraries of the readers are the extra ``import`` of pyproject.toml and are
imported only when a file needs them.
"""
