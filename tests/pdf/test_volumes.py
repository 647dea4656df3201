"""Past a set size the archive is bound in volumes, and archive.pdf tells where everything is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from archive.pdf.pages import Anchor, Page, Piece
from archive.pdf.plan import Chapter, bind
from tests.conftest import build, edit, pdftotext
from tests.pdf.conftest import Print


def _bound(archive):
    return [Print(path) for path in sorted(archive.site.glob("archive-*.pdf"))]


def test_every_anchor_of_the_archive_is_in_one_of_the_volumes(volumes, combined):
    bound = _bound(volumes)
    assert len(bound) > 1
    found = [name for pdf in bound for name in pdf.destinations]
    assert set(found) == {
        name for name in combined.destinations if not name.startswith("home")
    }  # fmt: skip
    # One that moved is named where it is, and where the note of its move stands.
    assert {name for name in found if found.count(name) > 1} <= {"kitchen-p90"}


def test_every_anchor_leads_in_the_index_to_the_line_of_its_document(volumes):
    index = Print(volumes.site / "archive.pdf")
    for pdf in _bound(volumes):
        for name in pdf.destinations:
            assert name in index.destinations, name
    assert index.destinations["plain-p1"] == index.destinations["plain"]
    assert index.destinations["plain-p1"] != index.destinations["kitchen-p1"]


def test_the_index_tells_volume_and_page_and_leads_there(volumes):
    index = Print(volumes.site / "archive.pdf")
    links = [link for link in index.links if link.address and "#nameddest=" in link.address]
    assert links
    for link in links:
        address, _, name = link.address.partition("#nameddest=")
        path = volumes.site / address.rpartition("/")[2]
        place = Print(path).destinations[name]
        row = " ".join(_row(index, link))
        assert row.endswith(f"{path.stem.rpartition('-')[2]} {place.page}"), row


def _row(pdf, link):
    """The words on the line of a link."""
    page = str(link.place.page)
    said = pdftotext(pdf.path, "-bbox", "-f", page, "-l", page)
    height = float(pdf.pdf.pages[0].mediabox[3])
    for found in re.finditer(r'yMin="([\d.]+)" .*?yMax="([\d.]+)">(.*?)</word>', said):
        top, bottom = height - float(found[1]), height - float(found[2])
        if bottom - 2 < link.place.top - 5 < top + 2:
            yield found[3]


def test_a_link_between_volumes_leads_to_the_web(volumes):
    first, *_ = _bound(volumes)
    assert "glossary" not in first.destinations
    addresses = {link.address for link in first.links}
    assert "https://archive.example/glossary.html#term-First-Institute" in addresses


def test_volumes_and_one_pdf_take_each_others_place(volumes, print_archive, tmp_path):
    source = shutil.copytree(volumes.source, tmp_path / "archive")
    site = source / "_build" / "html"
    assert build(source, "-D", "archive_pdf_volume_pages=150", builder="pdf").code == 0
    assert not list(site.glob("archive-*.pdf"))
    whole = (print_archive.site / "archive.pdf").read_bytes()
    assert (site / "archive.pdf").read_bytes() == whole
    assert build(source, builder="pdf").code == 0
    for path in volumes.site.glob("archive*.pdf"):
        assert (site / path.name).read_bytes() == path.read_bytes()


def test_an_edit_prints_its_volume_and_the_index_where_pages_moved(volumes, tmp_path):
    source = Path(shutil.copytree(volumes.source, tmp_path / "archive"))
    edit(source, "documents/plain.md", ("The third", "The very third"))
    done = build(source, builder="pdf")
    now = {line.split()[1] for line in done.output.splitlines() if line.startswith("printing… ")}
    assert now == {"documents/plain.pdf", "archive-1.pdf"}


def _chapter(name, *sizes):
    pieces = tuple(Piece("x" * size, (Anchor(f"{name}#{k}", ""),)) for k, size in enumerate(sizes))
    return Chapter(Page(name, pieces, {}), name, name, "en")


def _shape(volumes):
    return [[(each.title, len(each.page.pieces)) for each in volume.chapters] for volume in volumes]


def test_a_volume_is_filled_with_whole_documents_as_far_as_it_goes():
    volumes = bind([_chapter("a", 4), _chapter("b", 3, 2), _chapter("c", 5), _chapter("d", 1)], 10)
    assert _shape(volumes) == [[("a", 1), ("b", 2)], [("c", 1), ("d", 1)]]


def test_only_what_is_larger_than_a_volume_is_divided():
    volumes = bind([_chapter("a", 4), _chapter("b", 6, 6, 6), _chapter("c", 12)], 10)
    assert _shape(volumes) == [[("a", 1), ("b", 1)], [("b", 1)], [("b", 1)], [("c", 1)]]
