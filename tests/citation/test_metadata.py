"""A page's head makes one item of a reference manager, the same as the files beside the page."""

import re

import pytest
import rispy
from pybtex.database import parse_string

from archive.citation import bibtex, works_export
from archive.citation.metadata import metadata, picture
from tests.citation.samples import ALL, DOCUMENTS, HOSTILE, RESOLUTION, STATEMENT, changed

SENTENCE = "A resolution, passage by passage."


def _first(reference):
    found = {}
    for meta in metadata(reference, SENTENCE):
        found.setdefault(meta.key, meta.content)
    return found


def test_the_head_of_a_page():
    head = metadata(RESOLUTION, SENTENCE)
    assert [(meta.attribute, meta.key, meta.content) for meta in head] == [
        ("name", "description", SENTENCE),
        ("name", "citation_title", RESOLUTION.title),
        ("name", "citation_author", "Federation of Isle Gardeners,"),
        ("name", "citation_technical_report_institution", "Press Freedom Archive"),
        ("name", "citation_language", "en"),
        ("name", "citation_public_url", RESOLUTION.page),
        ("name", "citation_pdf_url", RESOLUTION.pdf),
        ("name", "DC.title", RESOLUTION.title),
        ("name", "DC.creator", "Press Freedom Archive"),
        ("name", "DC.contributor", "Federation of Isle Gardeners"),
        ("name", "DC.publisher", "Press Freedom Archive"),
        ("name", "DC.date", '"not before 2019"'),
        ("name", "DC.type", "Resolution, outcome not established"),
        ("name", "DC.type", "Text"),
        ("name", "DC.format", "text/html"),
        ("name", "DC.identifier", RESOLUTION.page),
        ("name", "DC.language", "en"),
        ("name", "DC.rights", RESOLUTION.record.rights),
        ("name", "DC.subject", "Seed lending"),
        ("name", "DC.subject", "Sealing of the drawers"),
        ("name", "DC.subject", "Gardens"),
        ("name", "DC.subject", "Quarantine Act"),
        ("name", "DC.subject", "Libraries"),
        ("name", "DCTERMS.date", "2019-11/.."),
        ("name", "DCTERMS.license", "https://creativecommons.org/licenses/by/4.0/"),
        ("property", "og:type", "article"),
        ("property", "og:title", RESOLUTION.record.title),
        ("property", "og:url", RESOLUTION.page),
        ("property", "og:site_name", "Press Freedom Archive"),
        ("property", "og:image", RESOLUTION.form("card.png")),
        ("property", "og:image:width", "1200"),
        ("property", "og:image:height", "630"),
        ("property", "og:image:alt", " · ".join(picture(RESOLUTION.record))),
        ("name", "twitter:card", "summary_large_image"),
    ]


def test_the_original_is_named_where_it_is_known():
    assert _first(STATEMENT)["DC.source"] == STATEMENT.record.source.address
    assert "DC.source" not in _first(RESOLUTION)


# --- What Zotero makes of it, as read in its translators


def _web_creator(content):
    """(first name, last name) that Zotero reads from the only ``citation_author``.

    At semicolons it divides into people; without any, at a comma between two names of two words.
    Then it strips punctuation at both ends, and divides at a comma, if the untrimmed name had
    one, or else at the last space.
    """
    people = re.split(r"\s*;\s*", content)
    halves = re.split(r"\s*,\s*", content)
    if len(people) == 1 and len(halves) > 1 and " " in halves[0] and " " in halves[1]:
        people = halves
    assert len(people) == 1, "more than one person"
    name = content.strip(" \u00a0.,/[]:")
    if "," in content:
        last, _, first = name.partition(",")
        return first.strip(), last
    first, _, last = name.rpartition(" ")
    return first, last


def _ris_creator(content):
    """(first name, last name) that Zotero reads from AU: divided at the first comma."""
    last, _, first = content.partition(",")
    return first.strip(), last


@pytest.mark.parametrize(
    "name",
    [
        "Federation of Isle Gardeners",
        "FIG",
        "Article 19, London Office",
        "Journalists; Writers, Editors",
    ],
)
def test_zotero_keeps_an_institution_one_name(name):
    reference = changed(RESOLUTION, issuer=name)
    whole = re.sub(r"[,;]", "", name)
    assert _web_creator(_first(reference)["citation_author"]) == ("", whole)
    assert _ris_creator(rispy.loads(works_export.ris_record(reference))[0]["authors"][0]) == (
        "",
        whole,
    )


@pytest.mark.parametrize("reference", DOCUMENTS, ids=lambda reference: reference.key)
def test_page_bibtex_and_ris_agree(reference):
    head = _first(reference)
    (entry,) = parse_string(bibtex.entry(reference), "bibtex").entries.values()
    (record,) = rispy.loads(works_export.ris_record(reference))

    def bare(text):
        return text.strip("{}")

    # The item type is "report" in each of them.
    assert "citation_technical_report_institution" in head
    assert entry.type == "report"
    assert record["type_of_reference"] == "RPRT"

    assert head["citation_title"] == bare(entry.fields["title"]) == record["title"]
    (author,) = entry.persons["author"]
    assert (
        _web_creator(head["citation_author"])[1]
        == bare(str(author))
        == _ris_creator(record["authors"][0])[1]
        == reference.record.issuer
    )
    # In double quotes Zotero cites words as they are.
    assert head["DC.date"] == record["date"] == f'"{entry.fields["year"]}"'
    assert head["citation_language"] == record["language"]
    assert head["citation_public_url"] == entry.fields["url"] == record["urls"][0]
    assert head["DC.type"] == entry.fields["type"] == record["type_of_work"]
    assert (
        head["citation_technical_report_institution"]
        == bare(entry.fields["institution"])
        == record["publisher"]
    )
    assert head["citation_pdf_url"] in works_export.ris_record(reference)


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_no_tag_makes_it_another_type_or_another_item(reference):
    metas = metadata(reference, SENTENCE)
    assert not {meta.key for meta in metas} & {
        "citation_journal_title", "citation_book_title", "citation_conference_title",
        "citation_dissertation_institution", "citation_isbn", "DC.coverage",
        "DCTERMS.dateSubmitted", "generator",
    }  # fmt: skip
    assert ("og:type", "website") not in {(meta.key, meta.content) for meta in metas}
    assert all("#" not in meta.content for meta in metas)


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_on_one_line(title):
    reference = changed(RESOLUTION, title=title, issuer=title, rights=title, subjects=(title,))
    for meta in metadata(reference, title):
        assert meta.content.splitlines() in ([meta.content], [])
        assert not set(meta.content) & set("\u202e\u2066\x00\x1b\ud800")


@pytest.mark.parametrize(("status", "said"), [
    ("rejected", " · Rejected"), ("unestablished", " · Outcome not established"), ("issued", ""),
])  # fmt: skip
def test_a_picture_tells_what_did_not_become_of_a_document(status, said):
    record = changed(RESOLUTION, status=status).record
    assert picture(record)[2] == f"{record.kind.label} · {record.date.spoken}{said}"
