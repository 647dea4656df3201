"""The cover of the EPUB: the archive's name on its colour, drawn by Typst, the same everywhere."""

from __future__ import annotations

import typst

from archive.pdf.code import string
from archive.pdf.fonts import PACKAGES

# 1,000 by 1,500 pixels, in the form and size that reading systems ask for.
_SOURCE = """\
#set page(width: 1200pt, height: 1800pt, margin: 110pt, fill: rgb("#7c2529"))
#set text(font: "Libertinus Serif", fill: rgb("#fffdf8"), hyphenate: false)
#set par(leading: 0.5em)
#let pale = rgb("#d9b8a8")
#place(dx: -40pt, dy: -40pt, rect(width: 1060pt, height: 1660pt, stroke: 3pt + pale))
#v(150pt)
#text(size: {size}pt, weight: "bold")[#{name}]
#v(60pt)
#line(length: 240pt, stroke: 6pt + pale)
#v(50pt)
#text(size: 46pt)[#{description}]
#place(bottom + left, text(size: 40pt)[#{publisher}])
"""


def cover(name: str, description: str, publisher: str) -> bytes:
    """Draw the cover; return it as PNG."""
    longest = max(map(len, name.split()), default=1)
    source = _SOURCE.format(
        size=min(150, 1_700 // longest),
        name=string(name), description=string(description), publisher=string(publisher),
    )  # fmt: skip
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True,
        font_paths=[str(package.folder) for package in PACKAGES if package.folder],
    )  # fmt: skip
    compiler = typst.Compiler(
        input=source.encode("utf-8"), font_paths=fonts, ignore_system_fonts=True
    )
    drawn = compiler.compile(format="png", ppi=60)
    assert isinstance(drawn, bytes)
    return drawn
