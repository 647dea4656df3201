"""How the archive becomes an EPUB: settings of the book, templates, bytes that repeat."""
