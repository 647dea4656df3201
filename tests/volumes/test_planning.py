"""How an archive is divided, and what each volume is given."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from archive.model.ledger import Event, Kind, serialise
from archive.model.relations import Relation
from archive.volumes import BibliographySlicer, LedgerSlicer, divide, stub, with_links_by_id
from archive.volumes.joining import joined_inventories
from tests.conftest import command, edit

DAY, SHA = "2026-01-01", "0" * 64


def records(*names):
    """Records in the order of the catalogue, each ``collection/id``."""
    pairs = (name.split("/") for name in names)
    return [
        SimpleNamespace(collection_name=collection, id=id_, relations=())
        for collection, id_ in pairs
    ]


def test_a_collection_is_never_divided():
    volumes = divide(records("2020/a", "2020/b", "2021/c", "2020/d", "2022/e", "2022/f"), 3)
    assert [volume.collections for volume in volumes] == [("2020",), ("2021",), ("2022",)]
    assert volumes[0].documents == ("a", "b", "d")


def test_versions_of_one_text_are_in_one_volume():
    held = records("2020/a", "2021/b", "2022/c", "2023/d")
    held[3].relations = (Relation("version-of", "a-p2", 1), Relation("quotes", "b", 2))
    volumes = divide(held, 4)
    assert [volume.documents for volume in volumes] == [("a", "d"), ("b",), ("c",)]


def test_there_are_no_empty_volumes():
    assert len(divide(records("2020/a", "2020/b"), 4)) == 1
    assert divide([], 4) == ()


def test_fewer_than_one_volume_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        divide(records("2020/a"), 0)


def ledger(*events):
    return "".join(f"{serialise(event)}\n" for event in events).encode()


def test_a_slice_has_what_moved_to_and_from_its_documents():
    data = ledger(
        *(
            Event(DAY, Kind.PUBLISH, anchor, sha256=SHA)
            for anchor in ("a-p1", "b-p1", "c-p1", "d-p1")
        ),
        Event(DAY, Kind.MOVE, "a-p1", target="b-p1"),
        Event(DAY, Kind.WITHDRAW, "b-p1", target="c-p1"),
    )
    slicer = LedgerSlicer(data, "ledger.jsonl")
    lines = data.splitlines(keepends=True)
    assert slicer.about({"d"}, ()).data == lines[3]
    assert slicer.about({"c"}, ()).data == lines[2]
    for document in "ab":
        assert slicer.about({document}, ()).lines == (1, 2, 3, 5, 6)
    assert slicer.about({"d"}, ["c-p1", "no anchor"]).lines == (3, 4)


def test_a_slice_has_corrected_days_and_what_describes_its_documents():
    data = ledger(
        Event(DAY, Kind.PUBLISH, "a-p1", sha256=SHA),
        Event(DAY, Kind.DESCRIBE, "a", seal=SHA),
        Event(DAY, Kind.DESCRIBE, "b", seal=SHA),
        Event(DAY, Kind.CORRECT, "", corrects=(1, "2025-12-31")),
    )
    part = LedgerSlicer(data, "ledger.jsonl").about({"a"}, ())
    first, described = part.data.decode().splitlines()
    assert first == serialise(Event("2025-12-31", Kind.PUBLISH, "a-p1", sha256=SHA))
    assert described == data.decode().splitlines()[1]
    assert (part.lines, part.anchors) == ((1, 2), {"a-p1"})


def test_a_broken_ledger_is_not_divided():
    with pytest.raises(ValueError, match="make check"):
        LedgerSlicer(b"{}\n", "ledger.jsonl")


def test_a_volume_has_the_works_it_cites_and_those_told_apart_by_a_letter(tmp_path):
    path = tmp_path / "references.bib"
    form = "@book{{{0},\n  author = {{{1}, A.}},\n  title = {{T}},\n  date = {{2001}}\n}}\n\n"
    path.write_text(
        "".join(form.format(*each) for each in [("x", "One"), ("y", "One"), ("z", "Two")])
    )
    works = BibliographySlicer.read(path)
    assert works.cited_in(["see {cite:p}`q, y`"]) == form.format("x", "One") + form.format(
        "y", "One"
    )
    assert works.cited_in(["nothing"]) == ""


def test_a_bibliography_with_abbreviations_stays_whole(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text("@string{p = {Press}}\n@book{x,\n  title = {T},\n  publisher = p\n}\n")
    assert BibliographySlicer.read(path).cited_in([]) == path.read_text()


def test_a_stub_keeps_title_trees_and_where_references_stand():
    page = "(home)=\n# Front\n\nWords.\n\n```{toctree}\n:hidden:\n\na\n```\n\n```{note}\nNo.\n```\n"
    assert stub(page) == "# Front\n\n```{toctree}\n:hidden:\n\na\n```\n"


def test_a_link_to_a_document_s_file_becomes_one_to_its_id():
    page = "[A](documents/a.md), [B](b.md), [C](c.md)"
    assert with_links_by_id(page, {"a", "b"}) == "[A](#a), [B](#b), [C](c.md)"


def test_an_inventory_takes_a_document_from_its_own_volume_alone():
    import zlib

    head = b"# Sphinx inventory version 2\n# Project: p\n# Version: \n# zlib.\n"

    def inventory(*lines):
        return head + zlib.compress("".join(f"{line}\n" for line in lines).encode())

    one = "a-p1 std:label -1 documents/a.html#$ A, paragraph 1"
    other, page = one.replace("A,", "Old,"), "index std:doc -1 index.html Front"
    joined = joined_inventories(
        {"root": inventory(page, other), "v": inventory(one)}, {"documents/a": "v"}, "root"
    )
    assert joined.startswith(head)
    assert zlib.decompress(joined[len(head) :]).decode().splitlines() == sorted([one, page])


def test_a_broken_record_is_told_and_nothing_is_planned(small_archive):
    source = small_archive("small")
    edit(source, "documents/alpha.md", ("kind: letter", "kind: poem"))
    done = command(source, "volumes", "plan")
    assert done.returncode == 1
    assert "documents/alpha.md:" in done.stderr
    assert "To mend:" in done.stderr
    assert not (source / "_build").exists()


def test_joining_what_was_not_built_is_an_error_that_says_so(small_archive):
    source = small_archive("small")
    (source / "_build/volumes").mkdir(parents=True)
    plan = [{"slug": "volume-1", "collections": ["2020"], "documents": ["alpha"]}]
    (source / "_build/volumes/plan.json").write_text(json.dumps(plan))
    done = command(source, "volumes", "join")
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing was done:")
    assert "Traceback" not in done.stderr


def test_a_page_that_is_a_link_out_of_the_archive_is_told_and_nothing_is_planned(
    small_archive, tmp_path
):
    source = small_archive("small")
    (tmp_path / "secret.md").write_text("# Secret\n")
    (source / "references.md").unlink()
    (source / "references.md").symlink_to(tmp_path / "secret.md")
    done = command(source, "volumes", "plan")
    assert done.returncode == 1
    assert "references.md: " in done.stderr
    assert "[file-outside]" in done.stderr
    assert not (source / "_build").exists()


def test_a_volume_has_what_links_within_the_archive_lead_to_and_nothing_else(
    small_archive, tmp_path
):
    source = small_archive("small")
    (source / "beside").mkdir()
    (source / "documents/alpha.md").rename(source / "beside/alpha")
    (source / "documents/alpha.md").symlink_to("../beside/alpha")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (source / "documents/out.png").symlink_to(tmp_path / "secret.png")
    assert command(source, "volumes", "plan").returncode == 0
    volume = source / "_build/volumes/volume-1/source/documents"
    assert (volume / "alpha.md").samefile(source / "beside/alpha")
    assert not (volume / "alpha.md").is_symlink()
    assert (volume / "out.png").is_symlink()


def test_different_pictures_of_one_name_are_told_and_nothing_is_joined(small_archive):
    source = small_archive("small")
    folder = source / "_build" / "volumes"
    names = ("volume-1", "volume-2")
    for name in ("root", *names):
        (folder / name / "html" / "documents").mkdir(parents=True)
    for name in names:
        picture = folder / name / "html" / "_images" / "lamp.png"
        picture.parent.mkdir()
        picture.write_bytes(name.encode())
    plan = [{"slug": name, "collections": [], "documents": []} for name in names]
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    done = command(source, "volumes", "join")
    assert done.returncode == 1
    assert "Two volumes have different pictures named lamp.png. To mend:" in done.stderr
    assert not (folder / "site").exists()
