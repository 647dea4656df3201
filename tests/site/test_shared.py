"""What pages share: an edit of words leaves it, and all that another page may show changes it."""

from dataclasses import fields, replace
from types import SimpleNamespace

import pytest

from archive.model.passage import fingerprint
from archive.model.permanence import Tombstone
from archive.site.know.domain import digest_of_pages
from archive.site.know.facts import Block, Digests, Document, Mention

PAGE = "documents/d"
BLOCK = Block(
    anchor="d-p1", former=(), spoken="D, paragraph 1", label="P1", locator="", parent=None,
    parts=(), line=9, fingerprint="a" * 64, is_passage=True, heading="", mentions=(),
    stands=b"1", works=(),
)  # fmt: skip
DOCUMENT = Document(PAGE, "documents/d.md", None, blocks=(BLOCK,), digests=Digests("listed"))
OTHER = {
    "anchor": "d-p2", "former": ("d-p3",), "spoken": "Other", "label": "P2", "locator": "[1]",
    "parent": "d-p4", "parts": ("d-p5",), "line": 10, "fingerprint": "b" * 64, "is_passage": False,
    "heading": "Heading", "mentions": (Mention("label", "e-p1"),), "stands": b"2", "works": ("k",),
}  # fmt: skip
WORDS = {"line", "fingerprint", "stands"}


def archive(document=DOCUMENT, title="D", label="D, paragraph 1", **known):
    standard = SimpleNamespace(data={"labels": {"d-p1": (PAGE, "d-p1", label)}})
    env = SimpleNamespace(
        found_docs={PAGE}, domains=SimpleNamespace(standard_domain=standard),
        titles={PAGE: SimpleNamespace(astext=lambda: title)},
    )  # fmt: skip
    facts = {"documents": {PAGE: document}, "shared": {}, "events": {}, "vouching": {}}
    return SimpleNamespace(env=env, **(facts | known))


@pytest.mark.parametrize("name", [field.name for field in fields(Block)])
def test_all_of_a_block_but_its_words_is_shared(name):
    changed = replace(DOCUMENT, blocks=(replace(BLOCK, **{name: OTHER[name]}),))
    is_same = digest_of_pages(archive()) == digest_of_pages(archive(changed))
    assert is_same == (name in WORDS)


@pytest.mark.parametrize(
    "other",
    [
        archive(title="E"),
        archive(label="D, paragraph 2"),
        archive(replace(DOCUMENT, digests=Digests("listed otherwise"))),
        archive(replace(DOCUMENT, tombstones=(Tombstone("d-p9", None, "documents/d.md", 3),))),
        archive(events={PAGE: ("event",)}),
        archive(vouching={PAGE: SimpleNamespace(traced=("quotation",))}),
        archive(documents={}),
    ],
)
def test_what_other_pages_show_is_shared(other):
    assert digest_of_pages(other) != digest_of_pages(archive())


def test_whether_a_block_says_anything_itself_is_shared():
    """It follows from the fingerprint, which is not shared."""
    group = replace(BLOCK, parts=("d-p2",))
    said, wordless = (
        archive(replace(DOCUMENT, blocks=(replace(group, fingerprint=each),)))
        for each in (BLOCK.fingerprint, fingerprint(""))
    )
    assert digest_of_pages(said) != digest_of_pages(wordless)


def test_the_digest_of_a_page_is_kept_until_the_page_is_read_again():
    first = archive()
    digest = digest_of_pages(first)
    assert digest_of_pages(archive(title="E", shared=first.shared)) == digest
    first.shared.clear()
    assert digest_of_pages(archive(title="E", shared=first.shared)) != digest
