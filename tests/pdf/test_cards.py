"""Picture cards: what other sites show beside a link to a document."""

import pytest
from PIL import Image

from tests.pdf.conftest import DOCUMENTS

CARDS = [f"documents/{name}.card.png" for name in DOCUMENTS]


@pytest.mark.parametrize("path", [*CARDS, "archive.card.png"])
def test_each_document_has_a_small_picture_card(print_archive, path):
    with Image.open(print_archive.site / path) as card:
        assert (card.size, card.mode) == ((1200, 630), "P")
        shades = card.getcolors()
    assert len(shades) > 2, "it says nothing"
    assert (print_archive.site / path).stat().st_size < 40_000


def test_the_head_of_a_page_leads_to_its_card(print_archive):
    for page, card in (("documents/plain.html", CARDS[1]), ("index.html", "archive.card.png")):
        (meta,) = print_archive.page(page).select('meta[property="og:image"]')
        assert meta["content"].endswith(f"/{card}")
        assert (print_archive.site / meta["content"].partition("example/")[2]).is_file()
