"""A PDF carries its own source, the works it cites and what the ledger says of its anchors."""

from __future__ import annotations

import json

from pybtex.database import parse_string

from tests.conftest import ROOTS

PRINT = ROOTS / "test-print"


def _files(pdf):
    """The text of each attachment by its name, and its declared relationship."""
    return {
        name: (str(spec.obj.AFRelationship), spec.get_file().read_bytes().decode())
        for name, spec in pdf.pdf.attachments.items()
    }


def test_a_documents_pdf_carries_its_source_as_it_was_written(plain):
    relationship, text = _files(plain)["plain.md"]
    assert relationship == "/Source"
    assert text == (PRINT / "documents" / "plain.md").read_bytes().decode()


def test_a_documents_pdf_carries_the_works_it_cites_and_no_others(plain, kitchen):
    relationship, text = _files(plain)["plain.bib"]
    assert relationship == "/Data"
    (one,) = parse_string(text, "bibtex").entries.items()
    assert (one[0], one[1].fields["title"]) == ("one", "One")
    both = parse_string(_files(kitchen)["kitchen.bib"][1], "bibtex").entries
    assert [*both] == ["one", "two"]
    assert both["two"].fields["publisher"] == "Press"  # inherited from an entry that is no work


def test_a_documents_pdf_carries_the_works_as_its_page_offers_them(print_archive, kitchen):
    offered = print_archive.site / "documents" / "kitchen.references.bib"
    assert _files(kitchen)["kitchen.bib"][1] == offered.read_text("utf-8")


def test_a_documents_pdf_carries_the_ledgers_lines_for_its_anchors(plain):
    relationship, text = _files(plain)["plain.ledger.jsonl"]
    assert relationship == "/Supplement"
    ledger = (PRINT / "ledger.jsonl").read_text("utf-8").splitlines()
    lines = text.splitlines()
    assert lines == [line for line in ledger if line in lines]  # whole, and in their order
    told = [(json.loads(line)["event"], json.loads(line)["anchor"]) for line in lines]
    assert ("publish", "plain-p1") in told
    assert ("move", "old-letter-p1") in told  # which leads here
    assert not any(anchor == "kitchen-p1" for _event, anchor in told)


def test_every_attachment_is_associated_with_the_whole(plain, kitchen, combined):
    for pdf in (plain, kitchen, combined):
        associated = {str(spec.UF) for spec in pdf.pdf.Root.AF}
        assert associated == _files(pdf).keys()
        assert all(spec.Desc for spec in pdf.pdf.Root.AF)


def test_the_combined_pdf_carries_the_files_of_each_document(combined):
    found = _files(combined)
    documents = ("plain", "kitchen")
    kinds = ("md", "bib", "ledger.jsonl", "proof.json")
    assert found.keys() == {f"{name}.{kind}" for name in documents for kind in kinds}
    for name in documents:
        source = (PRINT / "documents" / f"{name}.md").read_bytes().decode()
        assert found[f"{name}.md"] == ("/Source", source)
        assert f'"anchor": "{name}-p1"' in found[f"{name}.ledger.jsonl"][1]
    assert "{two," not in found["plain.bib"][1]
    assert "{two," in found["kitchen.bib"][1]
