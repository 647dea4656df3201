"""Puts the documents into the book's order of reading.

On the web they are reached through the catalogue.  A book has one order of reading, which Sphinx
takes from toctrees, and EPUB demands that what is linked to is in it (EPUB 3.3, 5.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.site.know.facts import CATALOGUE

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_TOCTREE = """

```{toctree}
:hidden:
:glob:

*
```
"""


def add_documents(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let the catalogue hold all documents."""
    if docname == CATALOGUE:
        source[0] += _TOCTREE
