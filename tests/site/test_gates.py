"""HTML, PDF and the inventory hold the same anchors, and no address depends on a position."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from archive.model.passage import Anchor
from tests.conftest import build, command, edit, ledger_of, publish

PASSAGES = {
    "keepers-seed-statement": ["p1", "p2", "p3", "p4", "p5"],
    "isle-seed-resolution": ["w1", "w2", "w3", "w4", "w5", "w6", "r1", "r2"],
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


def test_each_passage_is_in_the_inventory_under_its_spoken_name(archive_site):
    inventory = archive_site.inventory()
    names = {"p": "paragraph", "w": "whereas", "r": "resolved"}
    short = {
        "keepers-seed-statement": "Keepers’ statement",
        "isle-seed-resolution": "Seed resolution",
    }
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
    assert in_pages == set(ledger_of(archive_site.source))
    assert in_pages == anchors(archive_site.inventory())
    assert in_pages == anchors(destinations(archive_site.site / "archive.pdf"))


def test_no_permalink_is_a_number_of_position(archive_site):
    for path, page in archive_site.pages():
        links = page.select("a.headerlink, a.passage-label")
        drifting = [link["href"] for link in links if re.fullmatch(r"#id\d+", link["href"])]
        assert drifting == [], path


def test_every_heading_of_every_page_has_an_anchor_written_in_its_source(archive_site):
    inventory = {address.partition("#")[2] for address, _ in archive_site.inventory().values()}
    for path, page in archive_site.pages():
        if not (archive_site.source / path).with_suffix(".md").is_file():
            continue  # a page without a source
        for heading in page.select("article section > :is(h1, h2, h3, h4):not(.rubric)"):
            assert heading.parent["id"] in inventory, (path, heading.get_text())


def test_each_endnote_is_cited_at_its_clause(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    cited = {
        clause: [
            link["href"].partition("#")[2] for link in page.select(f"#{clause} a.bibtex-citation")
        ]
        for clause in (f"isle-seed-resolution-w{number}" for number in range(2, 7))
    }
    assert list(cited.values()) == [
        ["cite-fig-open-drawer"], ["cite-fns-comment-2018"], ["cite-orchard-harvest-2019"],
        ["cite-pollen-two-winters"], ["cite-rain-court-2019"],
    ]  # fmt: skip
    entries = {entry["id"] for entry in archive_site.page("references.html").select(".citation")}
    assert {keys[0] for keys in cited.values()} <= entries


def dead_links(site):
    """Each link of a site to a place of it that is not there."""
    ids_of = cache(lambda there: page_ids(site, str(there.relative_to(site.site))))
    for name, page in site.pages():
        path = site.site / name
        for link in page.select("a[href]"):
            target, _, fragment = link["href"].partition("#")
            target = target.partition("?")[0]
            if re.match(r"[a-z]+:", target) or target.endswith("archive.epub"):
                continue  # the EPUB has a target of its own, and tests of its own
            target = target.partition("?")[0]  # which script reads
            folder = site.site if target.startswith("/") else path.parent
            there = (folder / target.lstrip("/")).resolve() if target else path
            in_page = fragment and there.suffix == ".html"
            if not there.is_file() or (in_page and fragment not in ids_of(there)):
                yield name, link["href"]


def test_every_link_inside_the_site_leads_to_something(archive_site):
    assert list(dead_links(archive_site)) == []


def test_the_head_of_each_page_has_one_width_and_no_page_to_load_beforehand(archive_site):
    for path, page in archive_site.pages():
        assert len(page.select("meta[name=viewport]")) == 1, path
        assert not page.select("head link[rel=next]"), path
        of_source = (archive_site.source / path).with_suffix(".md").exists() or path == "check.html"
        assert len(page.select("meta[name=description]")) == int(of_source), path


OF_ALPHA = "index.md:{1}: ERROR: The label “alpha-p1” is in documents/alpha.md"
# Blocks that are written below one another, and what is told of each.
LABELS = (
    {
        "(twice)=\nOne.\n\n(twice)=\nTwo.": "index.md:{0}: ERROR: The anchor “twice” is on",
        "(elsewhere)=\nOne.": "index.md:{1}: ERROR: The label “elsewhere” is in documents/index.md",
        "(alpha-p1)=\nOne.": OF_ALPHA,
        "(alpha)=\nOne.": "index.md:{1}: ERROR: The label “alpha” is in documents/alpha.md",
        "(beta-w1)=\nOne.": "index.md:{1}: ERROR: The label “beta-w1” is in ledger.jsonl, too",
    },
    {"(alpha-p1)=\n## One": OF_ALPHA},
    {"{#alpha-p1}\nOne.": OF_ALPHA},
)


@pytest.mark.parametrize("blocks", LABELS)
def test_a_label_of_a_page_is_on_no_other_one_and_no_anchor(small_archive, blocks):
    """Links to an anchor would lead to whichever page was read last."""
    source = small_archive("small")
    publish(source)
    (source / "documents/beta.md").unlink()
    index, wanted = source / "index.md", []
    for block, told in blocks.items():
        text = index.read_text("utf-8")
        begin = text.count("\n") + 2
        index.write_text(f"{text}\n{block}\n", "utf-8")
        wanted.append(told.format(begin, begin + 1))
    with (source / "documents/index.md").open("a", encoding="utf-8") as file:
        file.write("\n(elsewhere)=\nHere.\n")
    done = command(source, "build", "pages")
    assert done.returncode == 1
    for told in wanted:
        assert told in done.stderr


def test_a_release_is_refused_while_passages_wait_to_be_attested(published):
    """Other builds only notice it."""
    noticed, refused = build(published), build(published, RELEASE="1")
    assert (noticed.code, refused.code) == (0, 1)
    assert "wait to be attested" in noticed.output
    assert "documents/alpha.md:1: ERROR: alpha has no attestation" in refused.output


def test_nothing_is_published_while_a_page_leads_to_a_passage_that_is_not_there(published):
    """Also where the page itself has nothing to publish."""
    edit(published, "documents/alpha.md", ("The third.", "The third one."))
    edit(published, "index.md", ("[](#beta-w1)", "[](#alpha-p9)"))
    before = (published / "ledger.jsonl").read_bytes()
    done = command(published, "publish")
    assert done.returncode == 1
    assert "index.md:3: " in done.stderr
    assert "alpha-p9" in done.stderr
    assert (published / "ledger.jsonl").read_bytes() == before
