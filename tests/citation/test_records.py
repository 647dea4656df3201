"""The templates of a document's page give the records of each of its passages."""

import json
from dataclasses import replace

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive.citation.records import FORMATS, Slot, records, script, templates, values
from archive.citation.reference import Locator
from archive.model.tree import LogPlace
from tests.citation.samples import DOCUMENTS, PASSAGES, RESOLUTION, TITLES, W3, changed

_LOCATORS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())
_PLACES = st.none() | st.builds(LogPlace, st.integers(1, 999), st.just("0" * 64), st.just(()))


def _filled(reference):
    document = replace(
        reference, key=reference.document, locator=None, fingerprint=None, place=None, parts=()
    )
    found = json.loads(script(document, has_notes=reference.is_note))
    name, given = "note" if reference.is_note else "text", values(reference)
    given |= enumerate(found["said"])
    return {
        each.form.suffix: "".join(
            each.escape(given[part]) if at % 2 else part
            for at, part in enumerate(found[each.form.suffix][name])
        )
        for each in FORMATS
    }


@pytest.mark.parametrize("reference", PASSAGES, ids=lambda reference: reference.key)
def test_a_template_filled_is_the_record_of_the_passage(reference):
    assert _filled(reference) == records(reference)


@settings(max_examples=40)
@given(TITLES, TITLES, _LOCATORS, _PLACES, st.sampled_from([(), ("isle-seed-resolution-p1",)]))
def test_that_holds_for_any_title_locator_and_proof(title, short_title, own, place, parts):
    reference = replace(
        changed(W3, title=title, short_title=short_title),
        locator=Locator("", 1, own), place=place, parts=parts,
    )  # fmt: skip
    assert _filled(reference) == records(reference)


def test_a_title_that_looks_like_a_mark_stays_a_title():
    reference = changed(W3, title="slot0qkey slot1qlocator")
    assert _filled(reference) == records(reference)


def test_a_template_has_each_value_as_a_slot():
    (document,) = [each for each in DOCUMENTS if each.document == W3.document]
    for template in templates(document).values():
        slots = [each.name for each in template if isinstance(each, Slot)]
        assert set(slots) == {"key", "locator", "proof"}


def test_each_record_names_the_passage_and_whose_words_it_has():
    read = records(W3)
    for dialect in ("bib", "bibtex.bib"):
        (entry,) = parse_string(read[dialect], "bibtex").entries.values()
        assert entry.fields["title"].strip("{}") == W3.title
    assert entry.fields["year"].endswith(W3.record.date.edtf[:4])  # as styles of 1988 want it
    assert rispy.loads(read["ris"])[0]["title"] == W3.title
    (csl,) = json.loads(read["json"])
    assert csl["title"] == W3.title
    assert csl["title-short"] == "Seed resolution, whereas 3 [rewritten]"


def test_only_a_page_with_published_notes_has_the_templates_of_notes():
    noted, plain = (json.loads(script(RESOLUTION, has_notes=each)) for each in (True, False))
    said = noted.pop("said")
    assert said[: len(plain["said"])] == plain.pop("said")
    assert [form.pop("note")[0] for form in noted.values()]
    assert noted == plain


def test_what_each_format_says_of_a_document_stands_once():
    (document,) = [each for each in DOCUMENTS if each.document == W3.document]
    assert script(document, has_notes=False).count(document.settings.credit) < 6
    assert all(script(document, has_notes=False).count(each) == 1 for each in _sentences(document))


def _sentences(document):
    return document.page, "only words within quotation marks"
