"""Each quotation is one element that carries its passage, and changes nothing of what is said."""

from __future__ import annotations

import pytest

from archive.model.passage import fingerprint
from tests.conftest import built, edit, ledger_of


def test_every_quotation_of_the_documents_is_marked(archive_site):
    for document in ("isle-seed-resolution", "keepers-seed-statement"):
        page = archive_site.page(f"documents/{document}.html")
        for block in page.select(".passage > [id]"):
            marked = [q.get_text() for q in block.select("q.quotation")]
            assert len(marked) == block.get_text().count("“")
            for q in block.select("q.quotation"):
                assert q["data-passage"] == block["id"]
                assert q.get_text().startswith("“")
                assert q.get_text().endswith("”")
                assert len(q.get_text().split()) <= 25


def test_marking_changes_nothing_of_what_a_passage_says(archive_site):
    page = archive_site.page("documents/keepers-seed-statement.html")
    block = page.find(id="keepers-seed-statement-p4")
    block.select_one(".passage-label").decompose()
    assert fingerprint(block.get_text()) == ledger_of(archive_site.source)[block["id"]].sha256


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("He said “one” and “two”.", ["“one”", "“two”"]),
        ("He said “one *two* three”.", ["“one two three”"]),
        ("He said “one, ‘two’, three”.", ["“one, ‘two’, three”"]),
        ("He said “one and no more.", []),
        ("He said one” and no more.", []),
    ],
)
def test_a_quotation_may_hold_markup_and_must_end(small_archive, text, quotations):
    source = small_archive("small")
    edit(source, "documents/alpha.md", ("The third.", text))
    block = built(source).page("documents/alpha.html").find(id="alpha-p3")
    assert [q.get_text() for q in block.select("q")] == quotations
