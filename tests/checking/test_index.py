"""The index that texts are checked with: what a build writes, and what an edit changes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from archive.checking.copy import Copy, NoCopyError
from archive.checking.engine import check
from archive.checking.index import packed, unpacked, update
from archive.checking.telling import State
from archive.checking.words import chosen, numbers, tokens, words
from tests.conftest import built, contents, copy_root, index_search

HERE = Path(__file__).parent
WORDS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
]  # fmt: skip


def passages(id_, *texts):
    """The data of a document, as far as the index reads it."""
    return {
        "document": {
            "id": id_, "title": id_.title(), "short_title": id_.title(), "language": "en",
            "cite": {"author": [{"literal": "Somebody"}], "issued": {"date-parts": [[2020]]}},
        },
        "passages": [
            {"anchor": f"{id_}-p{number}", "name": f"{id_.title()}, paragraph {number}",
             "text": text, "sha256": f"{number:064x}", "history": []}
            for number, text in enumerate(texts, start=1)
        ],
    }  # fmt: skip


def put(site, *documents):
    (site / "documents").mkdir(parents=True, exist_ok=True)
    for each in documents:
        path = site / "documents" / f"{each['document']['id']}.passages.json"
        path.write_text(json.dumps(each), "utf-8")


@pytest.mark.skipif(os.environ.get("ARCHIVE_LONG") != "1", reason="builds an archive for it")
def test_a_build_writes_what_the_vectors_are_answered_with(tmp_path):
    source = built(copy_root("checking", tmp_path / "archive")).source
    index_search(source)
    site, wanted = source / "_build/html", HERE / "site"
    for path in sorted((wanted / "documents").iterdir()):
        assert (site / "documents" / path.name).read_bytes() == path.read_bytes(), path.name
    assert contents(site / "check-index") == contents(wanted / "check-index")


def test_an_index_after_edits_is_that_of_a_build_from_nothing(tmp_path):
    one, other, third = (
        passages(name, " ".join(WORDS), f"{name} " * 9) for name in ("alpha", "beta", "gamma")
    )
    put(tmp_path / "a", one, other)
    update(tmp_path / "a", tmp_path / "kept", "Name", "")
    changed = passages("beta", "quite other words than there were before")
    put(tmp_path / "a", changed, third)
    (tmp_path / "a/documents/alpha.passages.json").unlink()
    assert "2 counted anew" in update(tmp_path / "a", tmp_path / "kept", "Name", "")
    put(tmp_path / "b", changed, third)
    update(tmp_path / "b", tmp_path / "cold", "Name", "")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    (tmp_path / "a/check-index/words-0.js").unlink()
    assert " 0 counted anew" in update(tmp_path / "a", tmp_path / "kept", "Name", "")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_so_many_words_in_a_row_are_found_whatever_the_window_is():
    for window in (1, 3, 10):
        here = set(chosen(numbers(WORDS * 3), window))
        quoted = numbers((WORDS * 3)[5 : 5 + window + 3])
        assert min(quoted) in here


def test_words_are_divided_alike_in_every_script():
    text = "l’État, 10,000 lamps — don’t « say » 灯塔…"
    said = [(token.said, token.kind) for token in tokens("l'État, don't — 灯塔 …")]
    assert said == [
        ("l'État", "word"), (",", "mark"), ("don't", "word"), ("—", "dash"), ("灯", "word"),
        ("塔", "word"), ("…", "gap"),
    ]  # fmt: skip
    assert words(text.replace("’", "'"))[:1] == ["l'État"]


def test_a_folder_without_an_index_is_no_copy(tmp_path):
    with pytest.raises(NoCopyError):
        Copy(tmp_path)


def test_a_document_whose_file_is_missing_is_told_and_nothing_else_fails(tmp_path):
    put(tmp_path, passages("alpha", " ".join(WORDS)), passages("beta", "beta " * 9))
    update(tmp_path, tmp_path / "kept", "Name", "")
    (tmp_path / "documents/beta.passages.js").write_text("checkData(", "utf-8")
    (tmp_path / "documents/beta.passages.json").unlink()
    found = check(f"See beta-p1 and “{' '.join(WORDS[2:9])}”.", tmp_path)
    assert [(each.state, each.note) for each in found] == [
        (State.UNCLEAR, "unread"), (State.STANDS, "draft"),
    ]  # fmt: skip


def test_a_packed_document_is_read_back_as_it_was():
    own, other = {"sha256": "1" * 64}, {"sha256": "2" * 64}
    worded = [{"date": "2026-01-01", "event": "publish", **other, "text": "Once."},
              {"date": "2026-01-02", "event": "revise", **own}]  # fmt: skip
    row = {
        "id": "lamp", "title": "Lamps", "language": "en",
        "passages": [
            {"anchor": "lamp-s1", "name": "Lamp, section 1", "text": "Of lamps", **own},
            {"anchor": "lamp-p1", "name": "Lamp, paragraph 1", "locator": "art. 1", "text": "Now.",
             **own, "within": ["lamp-s1", "old-lamp-p3"], "former": ["old-lamp-p4"],
             "history": worded},
            {"anchor": "lamp-p2", "name": "Lamp, paragraph 2", **other, "history": worded[1:]},
            {"anchor": "new-lamp-p1", "name": "Lamp, paragraph 3", "text": "Here.", **other},
        ],
        "gone": [{"anchor": "lamp-p9", "state": "withdrawn", "date": "2026-01-03"}],
    }  # fmt: skip
    assert unpacked(packed(row)) == row
    assert len(str(packed(row))) < 0.8 * len(str(row))
