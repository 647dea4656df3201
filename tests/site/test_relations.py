"""Relations and extent in the forms of a document: shown at both ends, and checked at both."""

from __future__ import annotations

import json
import shutil

import pytest

from archive.search import Entry
from tests.conftest import build, built, copy_root, edit, pdftotext
from tests.site.relating import related_site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An archive with related documents, built once.  Tests only read it."""
    return related_site(tmp_path_factory)


def shown(element):
    return " ".join(element.get_text(" ").split()).replace(" )", ")").replace("( ", "(")


def card(page):
    """What a page's card says, by label: for each paragraph its words and its address."""
    found = {}
    for label in page.select(".record-fields dt"):
        paragraphs = label.find_next_sibling("dd").find_all("p")
        found[label.get_text()] = [
            (shown(each), each.a["href"] if each.a else None) for each in paragraphs
        ]
    return found


@pytest.mark.parametrize(("name", "label", "words", "address"), [
    ("gamma", "Replies to", "Alpha letter, paragraph 1", "alpha.html#alpha-p1"),
    ("gamma", "Quotes", "FI 2020", "../references.html#cite-one"),
    ("gamma", "Supersedes", "[Beta resolution]", "beta.html"),
    ("gamma", "Annexes", "Schedule", "delta.html"),
    ("delta", "Annex of", "Harbour Board v Doe", "gamma.html"),
    ("alpha", "Replies", "Harbour Board v Doe (Alpha letter, paragraph 1)", "gamma.html"),
    ("beta", "Superseded by", "Harbour Board v Doe", "gamma.html"),
])  # fmt: skip
def test_a_relation_is_shown_at_both_ends(site, name, label, words, address):
    said = card(site.page(f"documents/{name}.html"))[label]
    assert [(each[0], each[1].removesuffix("#")) for each in said] == [(words, address)]
    printed = " ".join(pdftotext(site.site / f"documents/{name}.pdf").split())
    assert words in printed


def test_a_work_tells_who_quotes_it(site):
    lines = site.page("references.html").select("#cite-one .backlinks")
    assert [shown(line) for line in lines] == [
        "Cited in Alpha letter P1 .",
        "Quoted by: Harbour Board v Doe ; Vale letter, paragraph 2",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "rel", "other"), [
    ("gamma", "appendix", "documents/delta.html"),
    ("gamma", "predecessor-version", "documents/beta.html"),
    ("gamma", "related", "documents/alpha.html#alpha-p1"),
    ("delta", "up", "documents/gamma.html"),
    ("beta", "successor-version", "documents/gamma.html"),
    ("alpha", "replies", "documents/gamma.html"),
])  # fmt: skip
def test_heads_and_linksets_have_the_registered_relations(site, name, rel, other):
    address = f"https://isles.example/{other}"
    page = site.page(f"documents/{name}.html")
    assert address in [link["href"] for link in page.head.find_all("link", rel=rel)]
    linkset = json.loads((site.site / f"documents/{name}.linkset.json").read_text("utf-8"))
    assert address in [link["href"] for link in linkset["linkset"][0][rel]]


@pytest.mark.parametrize(("name", "property_", "other"), [
    ("delta", "isPartOf", "documents/gamma.html"),
    ("gamma", "hasPart", "documents/delta.html"),
    ("gamma", "citation", "documents/beta.html"),
])  # fmt: skip
def test_json_ld_has_them(site, name, property_, other):
    page = site.page(f"documents/{name}.html")
    data = json.loads(page.find("script", type="application/ld+json").string)
    found = [each.get("url", each.get("@id")) for each in data[property_]]
    assert f"https://isles.example/{other}" in found


def test_the_map_draws_and_tells_them(site):
    page = site.page("map.html")
    names = [link["aria-label"] for link in page.select("svg a")]
    assert "Delta schedule is an annex of Gamma judgment" in names
    told = shown(page.select_one("ul.relations"))
    assert "Delta schedule cites nothing; it is an annex of Harbour Board v Doe ." in told


def test_agents_stand_in_the_card_by_their_roles(site):
    said = card(site.page("documents/gamma.html"))
    assert said["Court"] == [("High Court of Isles", "index.html?issuer=High+Court+of+Isles")]
    assert said["Judge"] == [("Ruth Roe", "https://www.wikidata.org/wiki/Q4242")]
    assert said["Defendants"] == [("Jane Doe", None), ("John Doe", None)]
    assert (said["Neutral citation"], said["Docket"]) == (
        [("[2021] HCI 12", None)], [("HC/77/2020", None)]
    )  # fmt: skip


def test_a_case_is_found_by_its_numbers_and_its_parties(site):
    shelf = site.source / "_build/doctrees/search-entries"
    entries = map(Entry.parse, (path.read_text("utf-8") for path in shelf.rglob("*.json")))
    (entry,) = [each for each in entries if each.page == "documents/gamma.html"]
    record = entry.record()
    assert record["content"].startswith("High Court of Isles · Ruth Roe · Harbour Board · Jane Doe")
    assert "[2021] HCI 12 · HC/77/2020" in record["content"]
    assert record["url"].startswith("documents/gamma.html#gamma=0+Gamma+judgment&gamma-p1=")
    assert record["filters"]["issuer"] == ["High Court of Isles"]


def test_an_entry_has_several_values_of_one_filter():
    entry = Entry("a.html", "A", "", (("issuer", "B"), ("kind", "letter"), ("issuer", "C")), ())
    assert entry.record()["filters"] == {"issuer": ["B", "C"], "kind": ["letter"]}


def test_what_is_not_held_is_told_at_the_top_and_in_its_place(site):
    page = site.page("documents/gamma.html")
    notice, gap = page.select_one("h1 + .held-in-part"), page.select_one(".not-held")
    said = "Held in part: paragraphs 1 and 40. Not held: paragraphs 2 to 39."
    assert shown(notice) == f"{said} The court published only these."
    assert shown(gap) == "Not held: paragraphs 2 to 39."
    around = [gap.find_previous(class_="passage-label"), gap.find_next(class_="passage-label")]
    assert [label["href"] for label in around] == ["#gamma-p1", "#gamma-p40"]
    printed = " ".join(pdftotext(site.site / "documents/gamma.pdf").split())
    assert printed.index("only these.") < printed.index("The first paragraph.")
    assert printed.index("first paragraph.") < printed.rindex("Not held: paragraphs 2 to 39.")
    made = shown(site.page("documents/gamma.made.html"))
    assert f"{said} The court published only these. What is verified is what is held." in made


# --- Edits and faults


def test_the_other_end_follows_an_edit_and_faults_are_told(site, tmp_path):
    source = shutil.copytree(site.source, tmp_path / "archive", symlinks=True)
    (source / "ledger.jsonl").write_text("")  # so that nothing is published
    (source / "ledger.head").unlink(missing_ok=True)
    edit(source, "documents/gamma.md", ("title: Harbour Board v Doe", "title: Board v Doe"))
    edit(source, "documents/delta.md", ("annex-of: gamma", "annex-of: alpha"))
    done = built(source)
    assert card(done.page("documents/beta.html"))["Superseded by"][0][0] == "Board v Doe"
    assert "Annexes" not in card(done.page("documents/gamma.html"))
    assert card(done.page("documents/alpha.html"))["Annexes"][0][0] == "Schedule"
    targets = ("beta", "delta"), ("alpha-p1", "alpha-p9"), ("one", "gamma-p1")
    was = "replies-to: alpha-p1\n  - quotes: one\n  - supersedes: beta"
    edit(source, "documents/gamma.md", (was, was.replace("supersedes", "annex-of")), *targets)
    relations = "relations:\n  - annex-of: gamma\n"
    edit(source, "documents/alpha.md", ("rights: Free.", f"{relations}rights: Free."))
    done = build(source)
    assert done.code != 0
    for name, words, rule in [
        ("gamma", "replies-to:", "relation-to-nothing"),
        ("gamma", "quotes:", "relation-itself"),
        ("gamma", "annex-of:", "relation-round"),
        ("delta", "annex-of:", "relation-round"),
        ("alpha", "annex-of:", "relation-round"),
    ]:
        lines = (source / f"documents/{name}.md").read_text("utf-8").splitlines()
        number = next(n for n, line in enumerate(lines, 1) if words in line)
        place = f"documents/{name}.md:{number}: "
        found = [line for line in done.output.splitlines() if place in line and rule in line]
        assert len(found) == 1
        assert "To mend: " in found[0]


def test_a_gap_wants_an_extent(tmp_path):
    source = copy_root("small", tmp_path / "archive")
    edit(source, "documents/alpha.md", ("(alpha-p2)=", ":::{not-held} page 2\n:::\n\n(alpha-p2)="))
    done = build(source)
    assert done.code != 0
    assert "alpha.md" in done.output
    assert "To mend: add extent: to the record" in done.output
