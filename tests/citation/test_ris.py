"""RIS records that come back as they went, whatever their texts hold."""

import pytest
import rispy
from hypothesis import given

from archive.citation.works_export import ris_file, ris_record
from tests.citation.samples import ALL, DOCUMENTS, HOSTILE, RESOLUTION, TITLES, W3, changed, titled


def _read(reference):
    (read,) = rispy.loads(ris_record(reference))
    return read


def _tags(reference):
    return [line.split("  - ", 1) for line in ris_record(reference).split("\r\n")[:-1]]


def test_the_record_of_a_passage():
    assert _tags(W3) == [
        ["TY", "RPRT"],
        ["ID", "isle-seed-resolution-w3"],
        ["TI", W3.title],
        ["ST", "Seed resolution, whereas 3 [rewritten]"],
        ["AU", "Federation of Isle Gardeners,"],
        ["PY", "2019/"],
        ["DA", '"not before 2019"'],
        ["M3", "Resolution, outcome not established"],
        ["PB", "Press Freedom Archive"],
        ["LA", "en"],
        ["UR", W3.address],
        ["L1", "https://archive.example/press/documents/isle-seed-resolution.pdf"],
        ["KW", "Seed lending"],
        ["KW", "Sealing of the drawers"],
        ["KW", "Gardens"],
        ["KW", "Quarantine Act"],
        ["KW", "Libraries"],
        ["N1", "Rewritten by the Press Freedom Archive; only words within quotation marks are the "
         "source’s. Where the original was published is not known. Dated by the archive, November "
         f"2019 or later. Passage {W3.key}, SHA-256 of its text {W3.fingerprint}. The rewriting is "
         "licensed under CC BY 4.0, https://creativecommons.org/licenses/by/4.0/."],
        ["ER", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_record_is_read_back(reference):
    read = _read(reference)
    assert read["type_of_reference"] == "RPRT"
    assert read["id"] == reference.key
    assert read["title"] == reference.title
    assert read["authors"] == [f"{reference.record.issuer},"]
    assert read["publisher"] == "Press Freedom Archive"
    assert read["language"] == "en"
    assert read["urls"] == [reference.address]
    assert read["keywords"] == list(reference.record.subjects)
    assert reference.fingerprint is None or reference.fingerprint in read["notes"][0]
    assert "unknown_tag" not in read


def test_all_references_make_one_bibliography():
    read = [each["id"] for each in rispy.loads(ris_file(ALL))]
    originals = [f"{reference.key}.original" for reference in DOCUMENTS]
    assert [key for key in read if key not in originals] == [r.key for r in ALL]
    assert [key for key in read if key in originals] == originals


def test_an_institution_is_not_divided_at_its_own_comma():
    assert (
        dict(_tags(changed(RESOLUTION, issuer="Article 19, London")))["AU"] == "Article 19 London,"
    )


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_forge_no_tag_and_no_record(title):
    reference = changed(titled(title), issuer=title, short_title=title, subjects=(title,))
    assert len(rispy.loads(ris_file([reference, RESOLUTION]))) == 3
    assert [tag for tag, _ in _tags(reference)] == [
        "TY", "ID", "TI", "ST", "AU", "PY", "DA", "M3", "PB", "LA", "UR", "L1", "KW", "N1", "ER",
    ]  # fmt: skip


@given(TITLES)
def test_any_title_is_read_back(title):
    assert _read(titled(title))["title"] == titled(title).title
