"""Imports a file as the draft of a document.

A reader turns the file into a ``Text``; then come its structure and its record (``outline``), its
references (``notes``, ``citing``) and the files that are written (``draft``, ``source_text``,
``placing``).  Imports no Sphinx; the libraries that read files are the extra ``import`` of
pyproject.toml and are loaded only when a file needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from archive.model import Problem


class RefusedError(Exception):
    """The file is not imported and nothing is written; says why, and what to do about it."""

    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(rule, message, mend)
        self.rule = rule
        self.message = message
        self.mend = mend

    def problem(self, path: str) -> Problem:
        """The refusal as a problem of the file at ``path``."""
        return Problem(path, 0, self.rule, self.message, self.mend)


_DISTRIBUTIONS = {
    "lxml.etree": "lxml", "lxml.html": "lxml", "pypandoc": "pypandoc-binary",
    "pdfminer.high_level": "pdfminer.six", "readability": "readability-lxml",
    "lxml.cssselect": "lxml", "charset_normalizer": "charset-normalizer",
    "oxmsg": "python-oxmsg",
}  # fmt: skip


def library(module: str) -> Any:
    """Import a library of the readers when it is first needed.

    Raises RefusedError, which names the extra to install, where it is missing.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise RefusedError(
            "import-extra",
            f"This file needs the library {_DISTRIBUTIONS.get(module, module)}, "
            "which is not installed.",
            "install the extra “import”: pip install -r requirements/import.txt, "
            "or run make import, which does it.",
        ) from error
