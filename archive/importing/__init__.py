"""Imports a file as the draft of a document.

A reader turns the file into a ``Text``; then come its structure (``outline``), its record
(``guesses``), its references (``notes``, ``citing``) and the files that are written (``draft``,
``source_text``, ``placing``).  Imports no Sphinx; the libraries that read files are the extra
``import`` of pyproject.toml and are loaded only when a file needs them.
"""
