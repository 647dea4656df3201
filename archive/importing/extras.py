"""The libraries of the readers, imported when first needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from archive.importing.refusal import RefusedError

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
            "install the extra “import”: pip install -r requirements/import.txt, "
            "or run make import, which does it.",
        ) from error
