"""The search index follows what the pages say, and nothing else, to the byte."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from archive.preservation.pages import Scripts
from archive.search import Anchors, Entry, Place, Shelf, also
from archive.search import index as shares
from archive.search.index import executable, settle, write_texts
from archive.search.index import index as run_pagefind
from tests.conftest import build, built, cold, command, contents, edit, index_search


def entries(count):
    facets = (("issuer", "A & “B”"), ("kind", "letter"), ("year", "1999"))
    return [
        Entry(
            f"documents/d{number}.html", f"Document {number}", "A letter",
            (*facets, ("number", str(number % 7))),
            (Place(f"d{number}-p1", "D, paragraph 1", "first words"),),
        )
        for number in range(count)
    ]  # fmt: skip


def on_shelf(folder, count):
    shelf = Shelf(folder)
    for entry in entries(count):
        shelf.put(entry.page, [entry])
    return shelf


@pytest.fixture
def program():
    found = executable()
    if found is None:
        pytest.skip("there is no Pagefind for this platform")
    return found


@pytest.fixture
def small(small_archive):
    source = small_archive("small")
    built(source)
    index_search(source)
    return source


def test_an_entry_is_read_as_it_was_written():
    for entry in entries(2):
        assert Entry.parse(entry.serialise()) == entry


def test_the_entries_of_a_page_are_replaced(tmp_path):
    shelf = on_shelf(tmp_path, 2)
    first, second = entries(2)
    shelf.put(first.page, [first, second])
    shelf.put(first.page, [second])
    found = [path.read_text("utf-8") for bucket in shelf.buckets() for path in bucket]
    assert [Entry.parse(text) for text in found] == [second, second]


def test_a_record_names_each_place_and_the_word_it_begins_with():
    entry = Entry("d.html", "T", "", (), (Place("d-p1", "D & E", "one two"), Place("x", "", "3")))
    assert entry.record()["url"] == "d.html#d-p1=0+D+%26+E&x=2+"
    assert entry.record()["content"] == "one two 3"


def test_a_script_without_spaces_is_found_by_any_two_characters_and_a_lone_one():
    assert also("言论自由") == ["言论", "论自", "自由"]
    assert also("第19条") == ["第", "条"]


def test_two_runs_give_the_same_bytes(program):
    first, second = (settle(run_pagefind(program, entries(40))) for _ in range(2))
    assert first == second
    packed = [data for path, data in first.items() if path.endswith((".pf_filter", ".pf_meta"))]
    assert packed
    # RFC 1952, 2.3: Pythons differ about the system, and a site has the same bytes with all.
    assert {data[4:10] for data in packed} == {b"\0\0\0\0\x02\xff"}


def test_an_archive_without_entries_has_an_empty_index(program, tmp_path):
    done = shares.keep_in_step(Shelf(tmp_path / "shelf"), tmp_path / "index", program)
    assert (done.entries, done.shares) == (0, 0)


def test_an_edit_gives_the_index_of_a_cold_build(small, tmp_path):
    edit(small, "documents/alpha.md", ("Added.", "Added xylophones."))
    built(small)
    index_search(small)
    fresh = cold(small, tmp_path / "fresh", "-j2").source
    index_search(fresh)
    found = contents(small / "_build/html/search-index")
    assert any(b"xylophones" in data for data in found.values())
    assert found == contents(fresh / "_build/html/search-index")


def test_a_removed_document_is_no_longer_found(small):
    (small / "documents" / "beta.md").unlink()
    build(small)  # which tells that links lead nowhere
    kept = (small / "_build/doctrees/search-entries").rglob("*.json")
    assert all("documents/beta" not in path.read_text("utf-8") for path in kept)


def test_nothing_is_written_when_nothing_that_is_searched_changed(small):
    folder = small / "_build/html/search-index"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    bibliography = small / "references.bib"
    bibliography.write_text(bibliography.read_text("utf-8") + "\n% a remark\n", "utf-8")
    assert build(small).code == 0
    index_search(small)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_in_a_large_archive_an_edit_makes_one_share_anew(program, tmp_path, monkeypatch):
    monkeypatch.setattr(shares, "MOST_ALONE", 10)
    monkeypatch.setattr(shares, "MOST_IN_A_SHARE", 10)
    shelf = on_shelf(tmp_path / "shelf", 30)
    done = shares.keep_in_step(shelf, tmp_path / "index", program)
    assert (done.entries, done.shares, done.made) == (30, 3, 3)
    shelf.put("documents/d7.html", entries(1))
    assert shares.keep_in_step(shelf, tmp_path / "index", program).made == 1
    cold = on_shelf(tmp_path / "cold", 30)
    cold.put("documents/d7.html", entries(1))
    shares.keep_in_step(cold, tmp_path / "other", program)
    assert contents(tmp_path / "index") == contents(tmp_path / "other")
    for number in range(5, 30):
        shelf.drop(f"documents/d{number}.html")
    assert shares.keep_in_step(shelf, tmp_path / "index", program).shares == 1
    assert {path.name for path in (tmp_path / "index").iterdir()} == {"0", "archive.json"}


def test_an_interrupted_run_is_made_good(program, tmp_path):
    shelf, folder = on_shelf(tmp_path / "shelf", 2), tmp_path / "index"
    shares.keep_in_step(shelf, folder, program)
    before = contents(folder)
    (folder / "archive.json").write_text("{", "utf-8")
    (folder / "0.new").mkdir()
    assert shares.keep_in_step(shelf, folder, program).made == 1
    assert contents(folder) == before


def test_the_files_of_volumes_are_those_of_one_archive(program, tmp_path):
    """Texts byte for byte; Pagefind's shares stand side by side, with one program."""
    whole, halves = Shelf(tmp_path / "whole"), [Shelf(tmp_path / name) for name in "ab"]
    for number, entry in enumerate(entries(40)):
        for shelf in (whole, halves[number % 2]):
            shelf.put(entry.page.removesuffix(".html"), [entry])
    prints = {f"{number:064x}": [f"d{number}-p1"] for number in range(4)}
    whole.put_anchors(Anchors(prints, {"x-p1": "d1-p1"}))
    halves[0].put_anchors(Anchors({}, {"x-p1": "d1-p1"}))
    halves[1].put_anchors(Anchors(prints))
    for number, half in enumerate(halves):
        shares.keep_in_step(half, tmp_path / f"index{number}", program)
    joined = tmp_path / "joined"
    assert shares.join([tmp_path / "index0", tmp_path / "index1"], joined) == 2
    assert [path.parent.name for path in joined.rglob("pagefind.js")] == ["0"]
    assert (joined / "1" / "pagefind-entry.json").is_file()
    write_texts(halves, tmp_path / "of-halves", 2)
    write_texts([whole], tmp_path / "of-whole", 2)
    assert contents(tmp_path / "of-halves") == contents(tmp_path / "of-whole")


def test_a_fingerprint_leads_to_every_passage_that_says_the_words(tmp_path):
    shelves, words = [Shelf(tmp_path / name) for name in "ab"], "a" * 64
    for shelf, anchors in zip(shelves, (["d2-p1"], ["d1-p1", "d1-p2"]), strict=True):
        shelf.put_anchors(Anchors({words: anchors}))
    write_texts(shelves, tmp_path / "texts", 0)
    (written,) = (tmp_path / "texts").glob("prints-*.js")
    assert f'{{"{words}":["d1-p1","d1-p2","d2-p1"]}}' in written.read_text("utf-8")


def test_files_of_texts_grow_in_number_and_end_no_script(tmp_path):
    shelf, folder = Shelf(tmp_path / "shelf"), tmp_path / "texts"
    for entry in entries(40):
        place = Place(entry.places[0].anchor, "D", "</script> " + "word " * 1_000)
        shelf.put(entry.page.removesuffix(".html"), [replace(entry, places=(place,))])
    (folder / "texts-99.js").parent.mkdir()
    (folder / "texts-99.js").touch()
    assert write_texts([shelf], folder, 0) == 40
    found = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert set(found) == {
        "overview.js", "names.js", *(f"texts-{n}.js" for n in range(4)),
    }  # fmt: skip
    for text in found.values():
        assert "</script" not in text
        assert Scripts().knows("search-index/a.js", text.encode())
        assert not Scripts().knows("search-index/a.js", f"{text}alert(1);".encode())
        assert not Scripts().knows("a.js", text.encode())


def test_what_is_no_passage_s_own_words_is_not_searched(archive_site):
    shelf = (archive_site.source / "_build/doctrees/search-entries").rglob("*.json")
    found = [json.loads(path.read_text("utf-8")) for path in shelf]
    documents = [entry for entry in found if ["type", "Document"] in entry["facets"]]
    said = " ".join(place["words"] for entry in documents for place in entry["places"])
    assert "contraband" in said
    for boilerplate in ("@report", "Permalink", "BibTeX", "Copy", "Fingerprint"):
        assert boilerplate not in said
    assert {dict(entry["facets"])["type"] for entry in found} == {
        "Document", "Work", "Glossary", "Chronology", "Subject", "Page",
    }  # fmt: skip


def test_every_place_of_the_index_is_on_its_page(archive_site):
    pages = {}
    for path in (archive_site.source / "_build/doctrees/search-entries").rglob("*.json"):
        entry = json.loads(path.read_text("utf-8"))
        page = pages.setdefault(entry["page"], archive_site.page(entry["page"]))
        for place in entry["places"]:
            assert page.find(id=place["anchor"]) is not None, place["anchor"]


def test_a_platform_without_pagefind_is_told_so(tmp_path, monkeypatch, capsys):
    from archive.__main__ import main

    monkeypatch.setattr("archive.commands.release.executable", lambda: None)
    monkeypatch.setattr("archive.commands.release.MOST_READ", -1)
    (tmp_path / "index").mkdir()
    folders = [f"--{name}={tmp_path / name}" for name in ("shelf", "index", "texts")]
    assert main(["search-index", *folders]) == 0
    assert "no Pagefind for this platform" in capsys.readouterr().out
    assert not (tmp_path / "index").exists()
    assert (tmp_path / "texts" / "overview.js").is_file()


def test_a_pagefind_that_fails_is_told_without_a_traceback(tmp_path, monkeypatch, capsys):
    from archive.__main__ import main

    on_shelf(tmp_path / "shelf", 1)
    monkeypatch.setattr("archive.commands.release.executable", lambda: shutil.which("true"))
    arguments = ["--shelf", str(tmp_path / "shelf"), "--index", str(tmp_path / "index")]
    assert main(["search-index", *arguments]) == 1
    assert "To mend:" in capsys.readouterr().err
    assert not (tmp_path / "index" / "archive.json").exists()


def test_a_build_fails_where_pagefind_fails_and_the_next_one_tries_again(small_archive):
    source = small_archive("small")
    with (source / "conf.py").open("a", encoding="utf-8") as settings:
        settings.write(
            "\nfrom archive.commands import release as searched\n\n"
            f"searched.executable, searched.MOST_READ = lambda: {shutil.which('true')!r}, -1\n"
        )
    for _ in range(2):
        done = command(source, "build", "pages", "search")
        assert done.returncode == 1
        assert "[search-index] The search index could not be made" in done.stderr


def test_other_code_makes_the_index_anew(program, tmp_path, monkeypatch):
    """A share would else keep what an earlier version of the engine wrote into it."""
    shelf, folder = on_shelf(tmp_path / "shelf", 2), tmp_path / "index"
    assert shares.keep_in_step(shelf, folder, program).made == 1
    assert shares.keep_in_step(shelf, folder, program).made == 0
    monkeypatch.setattr(shares, "__file__", str(tmp_path / "code" / "index.py"))
    assert shares.keep_in_step(shelf, folder, program).made == 1
