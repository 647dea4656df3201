"""Every passage has its anchor, its label and its name, in the page and in the inventory."""

from __future__ import annotations

import re

import pytest

from tests.conftest import build, built, contents, edit


@pytest.fixture
def small(small_archive):
    return small_archive("small")


def test_the_anchor_is_the_id_of_the_block_itself(small_site):
    page = small_site.page("documents/alpha.html")
    assert page.find(id="alpha-p1").name == "p"
    assert page.find(id="alpha-p3").get_text().endswith("The third.")
    assert page.find(id="alpha-n1")["class"] == ["editors-note", "admonition"]
    assert page.find(id="alpha-s1").name == "section"


def test_the_label_in_the_margin_is_the_permalink(small_site):
    label = small_site.page("documents/alpha.html").select_one("#alpha-p1 .passage-label")
    assert label.get_text() == "P1"
    assert label["href"] == "#alpha-p1"
    assert label["title"] == "Permalink to Alpha letter, paragraph 1"


def test_a_heading_keeps_no_id_made_of_its_words(small_site):
    page = small_site.page("documents/alpha.html")
    assert page.find(id="a-heading") is None
    assert page.select_one("#alpha-s1 > h2 > .headerlink")["href"] == "#alpha-s1"
    assert page.select_one("h1 > .headerlink")["href"] == "#alpha"


def test_a_reference_without_words_shows_the_spoken_name(small_site):
    page = small_site.page("index.html")
    assert page.find("a", href="documents/alpha.html#alpha-p1").get_text() == (
        "Alpha letter, paragraph 1"
    )
    assert page.find("a", href="documents/beta.html#beta-w1").get_text() == (
        "Beta resolution, whereas 1"
    )


def test_a_reference_without_words_within_the_page_shows_it_too(small):
    edit(small, "documents/alpha.md", ("Added.", "See [](#alpha-p2)."))
    page = built(small).page("documents/alpha.html")
    link = page.select_one("#alpha-n1 a[href='#alpha-p2']")
    assert link.get_text() == "Alpha letter, paragraph 2"


def test_the_inventory_shows_the_spoken_names(small_site):
    labels = small_site.inventory()
    assert labels["alpha-p1"] == ("documents/alpha.html#alpha-p1", "Alpha letter, paragraph 1")
    assert labels["beta"] == ("documents/beta.html#beta", "[Beta resolution]")


def test_a_passage_s_label_is_no_part_of_what_it_says(small_site):
    page = small_site.page("documents/alpha.html")
    assert page.find(id="alpha-p1").get_text().startswith("P1The first")
    shelf = (small_site.source / "_build/doctrees/search-entries").rglob("*.json")
    (entry,) = [path.read_text("utf-8") for path in shelf if "alpha" in path.parent.name]
    assert '"words": "The first' in entry


@pytest.mark.parametrize(
    ("good", "bad", "rule", "place"),
    [
        ("(alpha-p2)=\n", "", "anchor-missing-passage", "documents/alpha.md:27"),
        ("(alpha-s1)=\n", "", "anchor-missing-heading", "documents/alpha.md:21"),
        ("(alpha-n1)=\n", "", "anchor-missing-passage", "documents/alpha.md:"),
        ("(alpha-p2)=", "(alpha-p1)=", "anchor-repeated", "documents/alpha.md:"),
        ("(alpha-p2)=", "(beta-w1)=", "anchor-duplicated", "documents/beta.md:"),
        ("(alpha-p2)=", "(gamma-p2)=", "anchor-misnamed", "documents/alpha.md:"),
        ("(alpha-p2)=\n", "- loose\n\n(alpha-p2)=\n", "anchor-missing-passage", "documents/alpha"),
        ("paragraphs: 3", "paragraphs: 4", "passages-miscounted", "documents/alpha.md"),
        ("kind: letter", "kind: poem", "record-kind", "documents/alpha.md:6"),
    ],
)  # fmt: skip
def test_a_broken_rule_fails_the_build_with_its_place(small, good, bad, rule, place):
    edit(small, "documents/alpha.md", (good, bad))
    done = build(small)
    assert done.code == 1
    line = next((line for line in done.output.splitlines() if f"[{rule}]" in line), done.output)
    assert re.match(rf"(.*/)?{re.escape(place)}", line), done.output
    assert "To mend:" in line
    assert "Traceback" not in done.output


def test_every_problem_of_a_run_is_told(small):
    edit(small, "documents/alpha.md", ("kind: letter", "kind: poem"))
    edit(small, "documents/beta.md", ("language: en\n", ""))
    output = build(small).output
    assert "[record-kind]" in output
    assert "[record-key-missing]" in output


def test_a_footnote_keeps_every_former_anchor_above_it(small):
    edit(small, "documents/alpha.md", ("The third.", "The third.[^alpha-f2]"))
    with (small / "documents/alpha.md").open("a", encoding="utf-8") as file:
        file.write("\n(alpha-f8)=\n(alpha-f9)=\n[^alpha-f2]: Noted.\n")
    done = build(small)  # which tells that no citation can know them: they were never published
    assert done.output.count("[former-unpublished]") == 2
    page, inventory = done.page("documents/alpha.html"), done.inventory()
    for name in ("alpha-f2", "alpha-f8", "alpha-f9"):
        address = f"documents/alpha.html#{name}"
        assert inventory[name] == (address, "Alpha letter, footnote 2")
        assert page.find(id=name).find_parent("aside") or page.find(id=name).name == "aside"


def test_a_problem_is_told_again_when_nothing_changed(small):
    edit(small, "documents/alpha.md", ("(alpha-p2)=\n", ""))
    assert build(small).code == 1
    again = build(small)
    assert again.code == 1
    assert "anchor-missing-passage" in again.output


def test_a_parallel_build_equals_a_serial_one(archive_copy, tmp_path):
    # Sphinx reads in parallel from six pages on; the archive has more.
    before = contents(built(archive_copy, "-j1").site)
    (archive_copy / "_build").rename(tmp_path / "serial")
    assert contents(built(archive_copy, "-j4").site) == before
