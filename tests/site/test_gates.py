"""HTML, PDF and the inventory hold the same anchors, and no address depends on a position."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from archive.model.ledger import fold, read
from archive.model.passage import Anchor

PASSAGES = {
    "ncac-assange-statement": ["p1", "p2", "p3", "p4", "p5"],
    "ala-assange-resolution": ["w1", "w2", "w3", "w4", "w5", "w6", "w7", "r1"],
}


def anchors(names):
    """Those among ``names`` that are anchors."""
    found = set()
    for name in names:
        try:
            found.add(str(Anchor.parse(name)))
        except ValueError:
            continue
    return found


def page_ids(site, name):
    return {element["id"] for element in site.page(name).find_all(id=True)}


def destinations(path: Path):
    """The named destinations of a PDF."""
    with pikepdf.open(path) as pdf:
        return set(pikepdf.NameTree(pdf.Root.Names.Dests).keys())


@pytest.mark.parametrize("document", PASSAGES)
def test_a_document_has_a_passage_for_each_paragraph_of_its_source(archive_site, document):
    expected = [f"{document}-{each}" for each in PASSAGES[document]]
    labels = archive_site.page(f"documents/{document}.html").select(".passage-label")
    found = [label["href"].removeprefix("#") for label in labels]
    assert [anchor for anchor in found if Anchor.parse(anchor).is_passage] == expected


def test_the_thirteen_passages_are_in_the_inventory_under_their_spoken_names(archive_site):
    inventory = archive_site.inventory()
    names = {"p": "paragraph", "w": "whereas", "r": "resolved"}
    short = {"ncac-assange-statement": "NCAC statement", "ala-assange-resolution": "ALA resolution"}
    for document, passages in PASSAGES.items():
        for each in passages:
            anchor = f"{document}-{each}"
            address, spoken = inventory[anchor]
            assert address == f"documents/{document}.html#{anchor}"
            assert spoken == f"{short[document]}, {names[each[0]]} {each[1:]}"


def test_pages_pdfs_inventory_and_ledger_hold_exactly_the_same_anchors(archive_site):
    in_pages, in_pdfs = set(), set()
    for document in PASSAGES:
        here = anchors(page_ids(archive_site, f"documents/{document}.html"))
        printed = anchors(destinations(archive_site.site / f"documents/{document}.pdf"))
        assert here == printed
        in_pages |= here
        in_pdfs |= printed
    events, _ = read((archive_site.source / "ledger.jsonl").read_bytes(), "ledger.jsonl")
    ledger, _ = fold(events, "ledger.jsonl")
    assert in_pages == set(ledger)
    assert in_pages == anchors(archive_site.inventory())
    assert in_pages == anchors(destinations(archive_site.site / "archive.pdf"))


def test_no_permalink_is_a_number_of_position(archive_site):
    for path in archive_site.site.rglob("*.html"):
        page = archive_site.page(str(path.relative_to(archive_site.site)))
        links = page.select("a.headerlink, a.passage-label")
        drifting = [link["href"] for link in links if re.fullmatch(r"#id\d+", link["href"])]
        assert drifting == [], path


def test_every_heading_of_every_page_has_an_anchor_written_in_its_source(archive_site):
    inventory = {address.partition("#")[2] for address, _ in archive_site.inventory().values()}
    for path in archive_site.site.rglob("*.html"):
        if path.name == "search.html":
            continue
        page = archive_site.page(str(path.relative_to(archive_site.site)))
        for heading in page.select("article section > :is(h1, h2, h3, h4)"):
            assert heading.parent["id"] in inventory, (path, heading.get_text())


def test_each_endnote_is_cited_at_its_clause(archive_site):
    page = archive_site.page("documents/ala-assange-resolution.html")
    cited = {
        clause: [
            link["href"].partition("#")[2] for link in page.select(f"#{clause} .bibtex-citation a")
        ]
        for clause in (f"ala-assange-resolution-w{number}" for number in range(2, 7))
    }
    assert list(cited.values()) == [
        ["cite-ala-universal-right"], ["cite-aclu-comment-2021"], ["cite-amnesty-travesty-2021"],
        ["cite-pen-condemn"], ["cite-rsf-high-court-2021"],
    ]  # fmt: skip
    entries = {entry["id"] for entry in archive_site.page("references.html").select(".citation")}
    assert {keys[0] for keys in cited.values()} <= entries


def test_every_link_inside_the_site_leads_to_something(archive_site):
    ids_of = cache(lambda there: page_ids(archive_site, str(there.relative_to(archive_site.site))))
    for path in archive_site.site.rglob("*.html"):
        name = path.relative_to(archive_site.site)
        for link in archive_site.page(str(name)).select("a[href]"):
            target, _, fragment = link["href"].partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            if target.endswith("archive.epub"):
                continue  # has a target of its own, and tests of its own
            folder = archive_site.site if target.startswith("/") else path.parent
            there = (folder / target.lstrip("/")).resolve() if target else path
            assert there.is_file(), (name, link["href"])
            if fragment and there.suffix == ".html":
                assert fragment in ids_of(there), (name, link["href"])
