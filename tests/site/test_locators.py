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

from archive.preservation.printed import read_print
from archive.preservation.words import words_of_page
from tests.citing import records_of, told
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
    shown = re.sub(r"(?<=[§.]) ", "\u00a0", label)  # on one line
    assert (link.get_text(), link["title"]) == (shown, f"Permalink to {spoken}")
    assert site.inventory()[anchor] == (f"{PAGE}#{anchor}", spoken)


def test_a_heading_has_the_number_in_the_inventory_s_place_of_its_words(site):
    assert site.inventory()[f"{ACT}-s1"][1] == "Of lanterns"


def test_links_and_lists_of_citing_passages_say_it(site):
    assert "Lantern Act § 793(d)(1)(A)" in site.page("index.html").get_text()
    marks = site.page("references.html").select("#cite-one .backlinks a, .backlinks a")
    assert [(mark.get_text(), mark["href"].partition("#")[2]) for mark in marks] == [
        ("§\u00a0793(d)(1)(A)", f"{ACT}-p3")
    ]


@pytest.mark.parametrize(("name", "pinpoint"), [
    ("p3", "§ 793(d)(1)(A)"), ("p5", "[57]"), ("p7", "Annex I, [57]"),
])  # fmt: skip
def test_every_citation_points_to_it(site, name, pinpoint):
    records = records_of(site, f"{ACT}-{name}")
    (entry,) = parse_string(records["bib"], "bibtex").entries.values()
    title = f"The lantern act, {pinpoint} [rewritten by the Numbered archive]"
    assert entry.fields["title"].translate(str.maketrans("", "", "\\{}")) == title
    assert rispy.loads(records["ris"])[0]["title"] == title
    assert json.loads(records["json"])[0]["title"] == title
    said = told(site.citing(f"{ACT}-{name}"))
    for style in ("Chicago note", "APA, in the text", "Bluebook"):
        assert said[style].count(pinpoint) == 1, said


def test_parts_are_nested_and_named(site):
    page = site.page(PAGE)
    path = page.find(id=f"{ACT}-p3").find_parents(class_="clauses")
    assert [group["aria-label"] for group in path] == [
        "Parts of Lantern Act § 793(d)(1)", "Parts of Lantern Act § 793(d)",
    ]  # fmt: skip
    assert {group["role"] for group in path} == {"group"}
    anchors = [each["id"] for each in path[1].select("p[id], .admonition[id]")]
    assert anchors == [f"{ACT}-{name}" for name in ("p2", "p3", "n1", "p4")]


def test_how_it_is_cited_names_the_passage_around_and_the_parts(site):
    p1, p2, i1 = (told(site.citing(f"{ACT}-{name}")) for name in ("p1", "p2", "i1"))
    assert p1["Has as parts"] == "§ 793(d)(1), § 793(d)(2)"
    assert (p2["Part of"], p2["Has as parts"]) == ("Lantern Act § 793(d)", "§ 793(d)(1)(A)")
    assert i1["Part of"] == "Lantern Act, paragraph 6"


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
    for record in records_of(site, f"{ACT}-p2").values():
        assert f"With its parts {ACT}-p3, each with a SHA-256" in record


def test_print_shows_the_numbers_and_leads_to_each(numbered):
    path = numbered / "_build/html/documents/lantern-act.pdf"
    with pikepdf.open(path) as pdf:
        names = {str(name) for name, _ in pikepdf.NameTree(pdf.Root.Names.Dests).items()}
    assert {f"{ACT}-{name}" for name in NAMED} <= names
    runs = [run.text for run in read_print(path.read_bytes()).runs]
    assert "Lantern Act §\u00a0793(d)(1)(A)" in runs  # a number stays beside its sign
    assert not any("§ 793" in run for run in runs)
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


# What is written wrong in a copy of the document each, the rule that tells it, and at which line.
MISTAKES = (
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
    # nothing that could take them
    ("none.\n", 'none.\n\n{locator="[58]"}\n', "attributes-lost", "(lantern-act-s2)="),
    ("- The other", '  {locator="[9]"}\n- The other', "attributes-lost", '{locator="[9]"}'),
    (COURT, '{locator="[57]"}\n% nothing\n\nThe court', "attributes-lost", "% nothing"),
    # nothing that such a block takes
    ('locator="[57]"}\nThe', 'lcoator="[57]"}\nThe', "attributes-unknown", "The court"),
    ('locator="[57]"}\nThe', 'style="(a)"}\nThe', "attributes-unknown", "The court"),
    ("12 to 14", '12 to 14" class="wide', "attributes-unknown", ":::{note}"),
)


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory):
    """The archive with a copy of its document for each mistake, and what its build tells."""

    def make(folder):
        source = copy_root("numbered", folder)
        document = (source / DOCUMENT).read_text("utf-8")
        (source / DOCUMENT).unlink()
        edit(source, "index.md", ("[](#lantern-act-p3)", "nobody"))
        for number, (good, bad, *_) in enumerate(MISTAKES):
            assert document.count(good) == 1, good
            text = document.replace(good, bad).replace(ACT, f"wrong-{number}")
            (source / f"documents/wrong-{number}.md").write_text(text, "utf-8")
        return build(source)

    return once(tmp_path_factory, "mistaken", make)


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_what_is_wrong_is_told_with_its_line(mistaken, number):
    _good, _bad, rule, place = MISTAKES[number]
    path = f"documents/wrong-{number}.md"
    text = (mistaken.source / path).read_text("utf-8")
    line = text[: text.index(place.replace(ACT, f"wrong-{number}"))].count("\n") + 1
    told = re.findall(rf"^{path}:(\d+): .*\[{rule}\] To mend: ", mistaken.output, re.MULTILINE)
    assert told == [str(line)], mistaken.output


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
