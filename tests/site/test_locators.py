"""Passages are cited by the numbers of their own document, and parts of passages within them."""

from __future__ import annotations

import json
import re
from shutil import copytree

import pikepdf
import pytest
import rispy
from lxml import html
from pybtex.database import parse_string

from archive.preservation.words import words_of_page
from tests.conftest import (
    build,
    built,
    command,
    copy_root,
    edit,
    ledger_of,
    once,
    pdftotext,
    publish,
    sealed,
)

DOCUMENT = "documents/lantern-act.md"
PAGE = "documents/lantern-act.html"
ACT = "lantern-act"
# What each is shown as in the margin, and what it is called.
NAMED = {
    "p1": ("§ 793(d)", "Lantern Act § 793(d)"),
    "p2": ("§ 793(d)(1)", "Lantern Act § 793(d)(1)"),
    "p3": ("§ 793(d)(1)(A)", "Lantern Act § 793(d)(1)(A)"),
    "n1": ("N1", "Lantern Act, editor’s note 1"),
    "p5": ("[57]", "Lantern Act [57]"),
    "p6": ("P6", "Lantern Act, paragraph 6"),
    "i1": ("first part", "Lantern Act, first part"),
    "p7": ("[57]", "Lantern Act, Annex I, [57]"),
    "p8": ("table 3", "Lantern Act, Annex I, table 3"),
    "p9": ("ex. B", "Lantern Act, Annex I, ex. B"),
    "p10": ("paras. 12 to 14", "Lantern Act, Annex I, paras. 12 to 14"),
}


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """The archive, published and built in every form."""

    def make(folder):
        publish(copy_root("numbered", folder))
        done = command(folder, "build")
        assert done.returncode == 0, done.stderr
        return folder

    return once(tmp_path_factory, "numbered", make)


@pytest.fixture(scope="module")
def site(numbered):
    return built(numbered)


@pytest.fixture
def source(tmp_path):
    return copy_root("numbered", tmp_path / "numbered")


@pytest.mark.parametrize(("name", "label", "spoken"), [(k, *v) for k, v in NAMED.items()])
def test_a_passage_bears_its_document_s_own_number(site, name, label, spoken):
    anchor = f"{ACT}-{name}"
    link = site.page(PAGE).select_one(f".passage-label[href='#{anchor}']")
    assert (link.get_text(), link["aria-label"]) == (label, f"Permalink to {spoken}")
    assert site.inventory()[anchor] == (f"{PAGE}#{anchor}", spoken)


def test_a_heading_has_the_number_in_the_inventory_s_place_of_its_words(site):
    assert site.inventory()[f"{ACT}-s1"][1] == "Of lanterns"


def test_links_and_lists_of_citing_passages_say_it(site):
    assert "Lantern Act § 793(d)(1)(A)" in site.page("index.html").get_text()
    marks = site.page("references.html").select("#cite-one .backlinks a, .backlinks a")
    assert [(mark.get_text(), mark["href"].partition("#")[2]) for mark in marks] == [
        ("§ 793(d)(1)(A)", f"{ACT}-p3")
    ]


def panel_of(site, name):
    block = site.page(PAGE).find(id=f"{ACT}-{name}")
    return block.find_parent(class_="passage").find(class_="passage-panel", recursive=False)


def records(site, name):
    bibtex, ris, csl = (each.get_text() for each in panel_of(site, name).select("pre"))
    return parse_string(bibtex, "bibtex"), rispy.loads(ris), json.loads(csl)


@pytest.mark.parametrize(("name", "pinpoint"), [
    ("p3", "§ 793(d)(1)(A)"), ("p5", "[57]"), ("p7", "Annex I, [57]"),
])  # fmt: skip
def test_every_citation_points_to_it(site, name, pinpoint):
    bibtex, ris, csl = records(site, name)
    (entry,) = bibtex.entries.values()
    assert entry.fields["pages"].replace("\\", "") == pinpoint
    assert ris[0]["start_page"] == pinpoint
    assert csl[0]["page"] == pinpoint
    panel = panel_of(site, name).get_text()
    assert panel.count(pinpoint) >= 6  # Chicago, APA in the text, Bluebook and the three records


def test_parts_are_nested_and_named(site):
    page = site.page(PAGE)
    path = page.find(id=f"{ACT}-p3").find_parents(class_="clauses")
    assert [group["aria-label"] for group in path] == [
        "Parts of Lantern Act § 793(d)(1)", "Parts of Lantern Act § 793(d)",
    ]  # fmt: skip
    assert {group["role"] for group in path} == {"group"}
    anchors = [each["id"] for each in path[1].select("p[id], .admonition[id]")]
    assert anchors == [f"{ACT}-{name}" for name in ("p2", "p3", "n1", "p4")]


def test_a_panel_names_the_passage_around_and_the_parts(site):
    said = {name: " ".join(panel_of(site, name).get_text().split()) for name in ("p1", "p2", "i1")}
    assert "Has as parts§ 793(d)(1), § 793(d)(2)." in said["p1"]
    assert "Part ofLantern Act § 793(d)" in said["p2"]
    assert "Has as parts§ 793(d)(1)(A)." in said["p2"]
    assert "Part ofLantern Act, paragraph 6" in said["i1"]


def test_the_words_of_a_passage_are_not_those_of_its_parts(site):
    said = words_of_page(html.parse(site.site / PAGE)).said
    assert said[f"{ACT}-p6"].words.split() == (
        ["The", "first", "thing", "has", "a", "part:", "The", "other", "thing", "has", "none."]
    )
    assert said[f"{ACT}-i1"].words.strip() == "the inner thing."


def test_a_copy_in_all_its_forms_says_what_the_ledger_has(numbered):
    done = command(numbered, "verify", "_build/html", "--ledger", "ledger.jsonl", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, found


def test_a_copy_whose_page_has_another_number_is_convicted(numbered, tmp_path):
    copy = copytree(numbered / "_build/html", tmp_path / "html")
    edit(copy, PAGE, (">[57]</a>", ">[75]</a>"))
    done = command(numbered, "verify", str(sealed(copy)))
    assert done.returncode == 1
    assert f"{ACT}-p5 is [57] here, and [75] in the page" in done.stdout


def test_a_proof_and_a_saved_citation_name_the_parts_they_cover(numbered, site):
    proof = json.loads((site.site / f"documents/{ACT}.proof.json").read_text("utf-8"))
    assert proof["parts"]["p1"] == ["p2", "n1", "p4"]
    assert "p5" not in proof["parts"]
    panel = site.page(PAGE).find(id=f"{ACT}-p2").find_parent(class_="passage").details
    assert f"With its parts {ACT}-p3, each with a SHA-256" in panel.get_text()


def test_print_shows_the_numbers_and_leads_to_each(numbered):
    path = numbered / "_build/html/documents/lantern-act.pdf"
    with pikepdf.open(path) as pdf:
        names = {str(name) for name, _ in pikepdf.NameTree(pdf.Root.Names.Dests).items()}
    assert {f"{ACT}-{name}" for name in NAMED} <= names
    said = " ".join(pdftotext(path).split())
    assert all(label in said for label, _spoken in NAMED.values())


def tags(element):
    """The structure of a PDF as names of tags, each with those within it."""
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    inner = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return str(element.get("/S", "")), [tags(kid) for kid in inner]


def depth(tree, name):
    return (tree[0] == name) + max((depth(each, name) for each in tree[1]), default=0)


def test_the_tags_of_print_nest_parts(numbered):
    with pikepdf.open(numbered / "_build/html/documents/lantern-act.pdf") as pdf:
        assert depth(tags(pdf.Root.StructTreeRoot), "/L") == 2


def test_a_search_finds_the_number(numbered):
    entries = "".join(
        path.read_text("utf-8") for path in (numbered / "_build/doctrees/search-entries").rglob("*")
        if path.is_file()
    )  # fmt: skip
    assert "[57] The court held" in entries
    assert "Lantern Act [57]" in entries


def test_a_corrected_number_is_an_amendment_and_no_anchor_moves(source):
    publish(source)
    before = ledger_of(source).histories
    edit(source, DOCUMENT, ('locator="[57]"}\nThe court', 'locator="[58]"}\nThe court'))
    told = command(source, "check")
    assert f"{ACT}-p5" in told.stderr, told
    assert "the locator was “[57]”, and is “[58]”" in told.stderr
    publish(source)
    history = ledger_of(source).histories[f"{ACT}-p5"]
    assert [event.kind.value for event in history.events] == ["publish", "amend"]
    assert history.sha256 == before[f"{ACT}-p5"].sha256
    assert [event.kind.value for event in before[f"{ACT}-p1"].events] == ["publish"]
    assert "Lantern Act [58]" in built(source).page(PAGE).decode()


COURT, ANNEX = '{locator="[57]"}\nThe court', '{locator="Annex I" numbering=anew}'


@pytest.mark.parametrize(("good", "bad", "rule", "place"), [
    (COURT, '{locator="§ 793(d)"}\nThe court', "locator-repeated", "The court"),
    (COURT, f'{{locator="{"x" * 41}"}}\nThe court', "locator-form", "The court"),
    (COURT, '{locator="—"}\nThe court', "locator-form", "The court"),
    ('"ex. B"', '"table 3"', "locator-repeated", "```text"),
    ("within=p2", "within=p9", "within-nothing", "or light it"),
    ("within=p2", "within=q", "within-nothing", "or light it"),
    ('{locator="[57]"}\nAnother', "{within=p5}\nAnother", "within-nothing", "Another"),
    ("numbering=anew", "numbering=again", "locator-numbering", "## Annex"),
    (ANNEX, "{numbering=anew}", "locator-numbering", "## Annex"),
    ("(lantern-act-p5)=\n", "", "locator-anchor", "The court"),
    (COURT, "{locator=[57]}\nThe court", "attributes-malformed", "{locator=[57]}"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(source, good, bad, rule, place):
    edit(source, DOCUMENT, (good, bad))
    done = build(source)
    text = (source / DOCUMENT).read_text("utf-8")
    line = text[: text.index(place)].count("\n") + 1
    assert done.code != 0
    told = re.findall(rf"{DOCUMENT}:(\d+): .*\[{rule}\] To mend: ", done.output)
    assert told == [str(line)], done.output


def test_a_later_block_may_be_a_part_of_any_passage_still_open(source):
    edit(source, DOCUMENT, (COURT, "{within=p1}\nThe court"))
    page = built(source).page(PAGE)
    assert page.find(id="lantern-act-p5").find_parent(class_="clauses")["aria-label"] == (
        "Parts of Lantern Act § 793(d)"
    )


def test_an_anchor_is_written_above_the_attributes(source):
    edit(source, DOCUMENT, ("(lantern-act-p4)=\n", ""), ("(lantern-act-p5)=\n", ""))
    before = (source / DOCUMENT).read_text("utf-8")
    done = command(source, "anchors")
    assert done.returncode == 0, done.stderr
    text = (source / DOCUMENT).read_text("utf-8")
    assert '(lantern-act-p11)=\n{locator="§ 793(d)(2)" within=p1}\nshall' in text
    assert '(lantern-act-p12)=\n{locator="[57]"}\nThe court' in text
    assert [line for line in text.splitlines() if line in before.splitlines()] == (
        before.splitlines()
    )
