"""A build writes what an edit changes, all of it and nothing else."""

from __future__ import annotations

import os

import pytest

from archive.upstream.application import opened
from tests.conftest import build, built, cold, edit, publish


@pytest.fixture
def small(small_archive):
    source = small_archive("small")
    built(source)
    return source


def _stamps(site):
    return {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}


def test_a_build_without_a_change_writes_no_page(small):
    site = small / "_build" / "html"
    before = _stamps(site)
    assert build(small).code == 0
    # Sphinx writes the search page and the index of terms at the end of every run.
    changed = {path.name for path, stamp in _stamps(site).items() if before[path] != stamp}
    changed = {name for name in changed if not name.endswith(".made.html")}
    assert changed <= {"search.html", "404.html"}


def test_each_edit_gives_the_pages_that_a_cold_build_gives(small, tmp_path):
    for number, (name, good, bad) in enumerate((
        ("documents/beta.md", "short-title: Beta resolution", "short-title: B resolution"),
        ("documents/beta.md", "[Beta resolution]", "[Another title]"),
        ("documents/beta.md", "date: 2021/..", "date: 2019"),
        ("documents/alpha.md", "## A heading", "## Another heading"),
        ("references.bib", "shortauthor = {{FI}}", "shortauthor = {{First}}"),
        ("references.bib", "date = {2020-02-03}", "date = {2020-02-04}"),
        ("documents/alpha.md", " {cite:p}`one`", ""),
        ("documents/beta.md", "something, see [](#alpha-p1)", "{term}`Press`"),
    )):  # fmt: skip
        edit(small, name, (good, bad))
        warm = built(small)
        wanted = cold(small, tmp_path / f"fresh-{number}")
        for path in sorted(wanted.site.rglob("*.html")):
            page = path.relative_to(wanted.site)
            assert (warm.site / page).read_text("utf-8") == path.read_text("utf-8"), (bad, page)


def test_a_label_may_move_to_a_page_that_is_read_before_its_old_one(small_archive):
    """As pages are read one after the other, it seemed to be on both."""
    source = small_archive("small")
    label = "\n(here)=\n## Here\n"
    (source / "index.md").write_text((source / "index.md").read_text("utf-8") + label, "utf-8")
    assert built(source).inventory()["here"][0] == "index.html#here"
    edit(source, "index.md", (label, ""))
    edit(source, "documents/index.md", ("# Documents\n", f"# Documents\n{label}"))
    assert built(source).inventory()["here"][0] == "documents/index.html#here"


def test_a_page_that_is_no_document_follows_the_works_it_cites(small, tmp_path):
    page = small / "index.md"
    page.write_text(page.read_text("utf-8") + "\nIt cites {cite:p}`one`.\n", "utf-8")
    built(small)
    edit(small, "references.bib", ("shortauthor = {{FI}}", "shortauthor = {{First}}"))
    warm = built(small)
    wanted = cold(small, tmp_path / "fresh").page("index.html")
    assert warm.page("index.html") == wanted
    assert "First" in wanted.get_text()


def test_a_removed_document_leaves_the_catalogue(small):
    (small / "documents" / "alpha.md").unlink()
    edit(small, "index.md", ("See [](#alpha-p1), [](#alpha-s1) and [](#beta-w1).", "Nothing."))
    edit(small, "index.md", (":passages: alpha-p1", ":passages: beta-w1"))
    edit(small, "documents/beta.md", (", see [](#alpha-p1)", ""))
    done = built(small)
    page = done.page("documents/index.html")
    titles = [
        entry.get_text() for entry in page.select(".catalogue a[href^='beta'], a[href*=alpha]")
    ]
    assert titles == ["[Beta resolution]"]


def test_nothing_is_left_of_a_removed_page(small):
    page = small / "more" / "aside.md"
    page.parent.mkdir()
    page.write_text("---\norphan: true\n---\n# Aside\n\nWords.\n", "utf-8")
    done = built(small)
    assert (done.site / "more" / "aside.html").exists()
    page.unlink()
    done = built(small)
    assert not (done.site / "more" / "aside.html").exists()
    assert (done.site / "search.html").exists()


def test_numbers_of_sections_stay_with_them(small, tmp_path):
    """Packed contents would lose the numbers that Sphinx writes into them."""
    edit(small, "index.md", ("```{toctree}", "```{toctree}\n:numbered:"))
    assert build(small).code == 0
    edit(small, "references.md", ("# ", "# All "))
    done = build(small)
    numbers = [each.get_text() for each in done.page("index.html").select("article .toctree-l1")]
    assert numbers
    assert all(number.strip()[:2] in {"1.", "2."} for number in numbers)
    wanted = cold(small, tmp_path / "fresh")
    for page in ("index.html", "references.html"):
        assert (done.site / page).read_bytes() == (wanted.site / page).read_bytes()


def test_many_pages_edited_at_once_are_what_a_cold_build_gives(small_archive, tmp_path):
    source = small_archive("small")
    alpha = (source / "documents/alpha.md").read_text("utf-8")
    copies = [f"alpha{number}" for number in range(8)]
    for name in copies:
        text = alpha.replace("alpha", name)
        (source / f"documents/{name}.md").write_text(text, "utf-8")
    assert build(source).code == 0
    for name in copies:
        edit(source, f"documents/{name}.md", ("## A heading", "## Another heading"))
    done, wanted = built(source), cold(source, tmp_path / "fresh")
    for page in [*(f"documents/{name}.html" for name in copies), "documents/index.html"]:
        assert (done.site / page).read_bytes() == (wanted.site / page).read_bytes()
    assert (done.site / "objects.inv").read_bytes() == (wanted.site / "objects.inv").read_bytes()


def test_a_signature_of_the_ledger_s_head_goes_with_the_head(published):
    """It would convict the new one, and stays as long as the head does."""
    site = built(published).site
    signatures = [site / "ledger.head.sig", site / "checkpoint"]
    for path in signatures:
        path.write_text("signed", "utf-8")
    built(published)
    assert all(path.is_file() for path in signatures)
    edit(published, "documents/alpha.md", ("The third.", "The third one."))
    publish(published)
    built(published)
    assert not any(path.exists() for path in signatures)


def test_a_page_of_the_same_size_and_time_is_read_again(small):
    """As a program leaves it that restores a file with its times."""
    path = small / "documents/alpha.md"
    times = path.stat()
    edit(small, "documents/alpha.md", ("The third.", "The other."))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert "The other." in built(small).page("documents/alpha.html").find(id="alpha-p3").text


def test_what_a_document_cited_goes_with_its_last_citation(small):
    beside = small / "_build/html/documents"
    there = {path.name for path in beside.glob("alpha.references.*")}
    assert "alpha.references.bib" in there
    edit(small, "documents/alpha.md", (" {cite:p}`one`", ""))
    built(small)
    assert not list(beside.glob("alpha.references.*"))


def test_clearing_a_page_leaves_a_label_that_moved_away(small_site, tmp_path):
    """After the first pages that are cleared, an index tells which labels a page had."""
    trees = small_site.source / "_build" / "doctrees"
    with opened(small_site.source, tmp_path / "site", trees, "html") as app:
        domain = app.env.domains.standard_domain
        for number in range(6):
            domain.clear_doc(f"other-{number}")
        domain.labels["alpha-p1"] = ("index", *domain.labels["alpha-p1"][1:])
        domain.clear_doc("documents/alpha")
        assert "alpha-p2" not in domain.labels
        assert domain.labels["alpha-p1"][0] == "index"
