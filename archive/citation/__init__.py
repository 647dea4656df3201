"""How documents and references are cited.  Imports no Sphinx."""
