"""The EPUB of the archive: the settings of the book, its templates, and how its file is packed."""
