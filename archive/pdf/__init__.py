"""How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF.

A node tree is drawn as calls of the functions in ``template.typ`` (``coverage`` says which node
is drawn by what); ``edition`` puts pages together; ``engine`` compiles them; ``destinations``
makes every anchor a named destination; ``store`` keeps what need not be made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.config import ENUM

from archive.pdf.builder import PdfBuilder
from archive.pdf.edition import PAPERS

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_builder(PdfBuilder)
    app.setup_extension("archive.site.reading_room")  # whose editions say so on every page
    app.add_config_value("archive_pdf_paper", "a4", "", ENUM(*PAPERS))
    app.add_config_value("archive_pdf_volume_pages", 150, "", int)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
