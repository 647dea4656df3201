"""Quotations are followed to the sources of what they quote, and every form tells the result."""

from __future__ import annotations

import json
import re
import shutil
from hashlib import sha256

import pytest

from archive.__main__ import main
from archive.fidelity import by_paragraph, shared_runs
from archive.fidelity.attestation import parse
from archive.fidelity.source import read_source
from archive.model.verifying import taken_up
from archive.model.words import words
from tests.conftest import build, command, edit, sealed
from tests.site.relating import SOURCES, related_site, verify


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An archive with related documents, built once.  Tests only read it."""
    return related_site(tmp_path_factory)


def shown(element):
    return " ".join(element.get_text(" ").split())


HILL = ("hill.html#hill-p1", "Hill letter, paragraph 1")


@pytest.mark.parametrize(("anchor", "words", "href", "title"), [
    ("vale-p1", "a grave loss", HILL[0], f"These words stand in {HILL[1]}"),
    ("vale-p1", "the village gardens", HILL[0], f"These words stand otherwise in {HILL[1]}"),
    ("vale-p1", "never a sea", HILL[0], f"These words were not found in {HILL[1]}"),
    ("vale-p2", "water for all", "../references.html#cite-one",
     "These words are ascribed to FI 2020, which the archive does not hold"),
])  # fmt: skip
def test_a_quotation_leads_to_where_its_words_are_from(site, anchor, words, href, title):
    passage = site.page("documents/vale.html").find(id=anchor)
    (place,) = [each for each in passage.find_all("q") if each.get_text() == f"“{words}”"]
    link = place.find_next_sibling("a")
    assert (link["href"], link["title"]) == (href, title)
    assert link.get_text() == ""  # the words of the passage stay what they are


def test_the_companion_page_tells_each_with_the_words_that_differ(site):
    rows = [shown(each) for each in site.page("documents/vale.made.html").select("ul.origins li")]
    assert rows == [
        f"P1 “a grave loss”: word for word in {HILL[1]} (paragraph 1 of its source).",
        f"P1 “the village gardens”: otherwise in {HILL[1]} (paragraph 1 of its source): "
        "“villages’” for “village”.",
        f"P1 “never a sea”: not found in what is held of {HILL[1]} .",
        "P2 “water for all”: ascribed to FI 2020 , which the archive does not hold.",
    ]


@pytest.mark.parametrize(("name", "label", "told"), [
    ("vale", "Quotes", "Hill letter, paragraph 1 (Vale letter, paragraph 1)"),
    ("vale", "Repeats", "Hill letter, paragraph 2 (Vale letter, paragraph 3)"),
    ("hill", "Quoted by", "Vale letter, paragraph 1 (Hill letter, paragraph 1)"),
    ("hill", "Repeated in", "Vale letter, paragraph 3 (Hill letter, paragraph 2)"),
])  # fmt: skip
def test_both_pages_name_both_passages(site, name, label, told):
    terms = site.page(f"documents/{name}.html").select(".record-fields dt")
    (term,) = [each for each in terms if each.get_text() == label]
    line = term.find_next_sibling("dd").p
    assert shown(line).replace("  ", " ") == told
    there = {"vale": "hill", "hill": "vale"}[name]
    assert line.a["href"].startswith(f"{there}.html#{there}-p")


@pytest.mark.parametrize(("anchor", "said", "href"), [
    ("hill-p1", "Quoted by Vale letter, paragraph 1", "vale.html#vale-p1"),
    ("hill-p2", "Repeated in Vale letter, paragraph 3", "vale.html#vale-p3"),
    ("vale-p3", "Repeats Hill letter, paragraph 2", "hill.html#hill-p2"),
])  # fmt: skip
def test_a_passage_names_below_its_words_what_it_repeats_and_what_takes_it_up(
    site, anchor, said, href
):
    passage = site.page(f"documents/{anchor[:4]}.html").find(id=anchor)
    (box,) = passage.find_next_siblings("div", "taken-up")
    assert shown(box) == said
    assert box.a["href"] == href
    assert said not in shown(passage)


def test_of_much_that_takes_up_a_passage_the_number_comes_first():
    few, many = {"Quoted by": ["A", "B"]}, {"Quoted by": ["A", "B"], "Repeated in": ["C"]}
    say = words("en")
    assert taken_up(few, say) == ("", "Quoted by A; B")
    assert taken_up(many, say) == (
        "Quoted by (2) · Repeated in (1)", "Quoted by A; B · Repeated in C",
    )  # fmt: skip


def test_print_leads_there_too(site):
    import pikepdf

    with pikepdf.open(site.site / "documents/vale.pdf") as pdf:
        links = [str(each.A.URI) for page in pdf.pages for each in page.Annots if "/A" in each]
    assert sum(each.endswith("documents/hill.html#hill-p1") for each in links) >= 4


def test_a_copy_is_held_to_the_origins_of_its_record(site, tmp_path, capsys):
    copy = shutil.copytree(site.site, tmp_path / "html")
    edit(copy, "documents/vale.html", ('href="hill.html#hill-p1" title=',
                                       'href="hill.html#hill-p2" title='))  # fmt: skip
    sealed(copy)
    said = 'taken-up"><p>Quoted by <a href="vale.html#vale-p'
    edit(copy, "documents/hill.html", (f"{said}1", f"{said}2"))
    sealed(copy)
    assert main(["verify", str(copy)]) == 1
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if re.match(r"documents/(hill|vale)\.", line)]
    assert len(told) == 2, "\n".join(told)
    assert "hill-p1 is said to be taken up: “Quoted by Vale letter, paragraph 1”" in told[0]
    assert "a quotation leads to hill.html#hill-p2" in told[1]


# --- Verification


def test_sources_that_share_words_are_told_without_them(site):
    done = verify(site.source, "hill", "vale", "--shared")
    assert "17 of the 36 words of hill: 17 of 20 in paragraph 2" in done.stdout
    assert "17 words: paragraph 2 at 0+82, there paragraph 3 at 0+82; SHA-256 " in done.stdout
    assert "bucket" not in done.stdout


def test_runs_that_overlap_count_once():
    def paragraphs(*texts):
        return read_source("\n\n".join(texts).encode(), "a.txt")[0].paragraphs

    one = "One two three four five six seven eight nine ten eleven."
    parts = one.replace("ten", "x"), one.replace("two", "y")
    runs = shared_runs(paragraphs(one), paragraphs(*parts))
    assert [(run.words, run.first, run.other_paragraph) for run in runs] == [(9, 0, 1), (9, 2, 2)]
    assert by_paragraph(runs) == {1: 11}


def test_what_was_attested_stays_where_a_source_is_not_at_hand(site, tmp_path):
    source = shutil.copytree(site.source, tmp_path / "archive", symlinks=True)
    shutil.copytree(site.source.parent / "sources", tmp_path / "sources")
    (tmp_path / "sources/hill.txt").unlink()
    before = (source / "documents/vale.attestation.json").read_text("utf-8")
    done = verify(source, "vale")
    assert done.returncode == 0, done.stderr
    assert "the source of hill is not at hand" in done.stdout
    assert (source / "documents/vale.attestation.json").read_text("utf-8") == before
    told = command(source, "check").stdout
    assert "attestation-origin" not in told
    edit(source, "documents/vale.md", ("p3 repeats: hill-p2", "p3 repeats: hill-p1"),
         ("p2 quotes: one", "p2 quotes: hill"))  # fmt: skip
    told = command(source, "check").stdout
    assert "vale.md:13: Nobody compared “water for all” of vale-p2 with hill." in told
    (tmp_path / "sources/hill.txt").write_text(SOURCES["hill"], "utf-8")
    done = verify(source, "vale")
    assert done.returncode == 1
    assert "documents/vale.md:14: " in done.stderr
    assert "[repeated-words]" in done.stderr
    pinned = sha256(b"x").hexdigest()
    edit(source, "documents/vale.md", ("p3 repeats: hill-p1", "p7 repeats: hill-p1"),
         ("p1 quotes: hill-p1", "p1 quotes: hill-p1 “no such words”"))  # fmt: skip
    edit(source, "documents/hill.md", (sha256(SOURCES["hill"].encode()).hexdigest(), pinned))
    (source / "subjects/wells.md").rename(source / "subjects/lost.md")
    done = build(source)
    assert "vale.md:12: " in done.output
    assert "[relation-quotation]" in done.output
    assert "vale.md:14: " in done.output
    assert "[relation-passage]" in done.output
    assert "subjects/lost.md:1: " in done.output
    assert "[subject-unknown]" in done.output


def test_the_form_of_an_attestation_with_origins_is_numbered(site):
    text = (site.source / "documents/vale.attestation.json").read_text("utf-8")
    found, problems = parse(text, "a.json")
    assert problems == []
    assert [each.result for each in found.passages[0].origins] == [
        "exact", "differing", "not-found"
    ]  # fmt: skip
    assert json.loads(text)["form"] == 2
    assert '"form"' not in (site.source / "documents/hill.attestation.json").read_text("utf-8")
    for form in ("1", "3", '"2"', "true"):
        _, (problem,) = parse(text.replace('"form": 2', f'"form": {form}'), "a.json")
        assert problem.rule == "attestation-form"
