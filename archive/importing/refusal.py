"""A file that cannot be taken in, and how to mend that.

The libraries of the readers, imported when first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from archive.model.problem import Problem


class RefusedError(Exception):
    """The import ends here and nothing is written."""

    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(rule, message, mend)
        self.rule = rule
        self.message = message
        self.mend = mend

    def problem(self, path: str) -> Problem:
        """What is told to the editor."""
        return Problem(path, 0, self.rule, self.message, self.mend)


_DISTRIBUTIONS = {
    "lxml.etree": "lxml", "lxml.html": "lxml", "pypandoc": "pypandoc-binary",
    "pdfminer.high_level": "pdfminer.six",
}  # fmt: skip


def library(module: str) -> Any:
    """The module ``module``.  Raises RefusedError, naming the extra, where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise RefusedError(
            "import-extra",
            f"This file needs the library {_DISTRIBUTIONS.get(module, module)}, "
            "which is not installed.",
            "install the extra “import”: pip install -r requirements-import.txt, "
            "or run make import, which does it.",
        ) from error
