"""What a glyph says that stood for something else first, by its font and its ActualText."""

from __future__ import annotations

import pikepdf
import pytest

from archive.model.glyphs import Font
from archive.preservation.printed import _Pen


@pytest.mark.parametrize(
    ("glyph", "actual", "said", "divides"),
    [("-", None, "-", False), ("-", "\u00ad", "", True), ("\u00ad", None, "", True),
     ("\u00ad", "-", "-", False), (")", None, ")", False), (")", "(", "(", False),
     ("«", "»", "»", False), ("(", "(", ")", False), ("a", "(", "a", False)],
)  # fmt: skip
def test_what_a_glyph_says(glyph, actual, said, divides):
    font = pikepdf.Dictionary(F=pikepdf.Dictionary(Type=pikepdf.Name.Font))
    pen = _Pen(font, {font.F.objgen: Font({1: glyph}, {})})
    pen.choose(["/F", 10])
    pen.mark(["/Span", pikepdf.Dictionary({"/ActualText": actual} if actual else {})])
    assert pen.text([pikepdf.String(b"\0\1")]) == said
    assert pen.role()[2] is divides


@pytest.mark.parametrize(("fonts_own", "width"), [({}, 1000), ({"DW": 0}, 0), ({"DW": 500}, 500)])
def test_a_glyph_without_a_width_has_that_of_its_font(fonts_own, width):
    with pikepdf.new() as pdf:
        descendant = pikepdf.Dictionary(W=[2, [300]], **fonts_own)
        font = pikepdf.Dictionary(BaseFont=pikepdf.Name.A, DescendantFonts=[descendant])
        font.ToUnicode = pdf.make_stream(b"")
        found = Font.of(font)
    assert found.width([pikepdf.String(b"\0\1"), pikepdf.String(b"\0\2"), -10]) == width + 310
