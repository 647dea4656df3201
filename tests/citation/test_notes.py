"""An editor's note is the archive's: no citation of it names the document's issuer as author."""

from dataclasses import replace

import pytest

from archive.citation.formatted import formatted
from archive.citation.records import FORMATS, fill, records, templates, values
from archive.citation.reference import Passage, refer
from archive.model.agents import Agent, Person
from archive.model.kinds import KINDS
from archive.model.passage import Anchor, fingerprint
from archive.model.tree import LogPlace
from tests.citation.samples import RESOLUTION, STATEMENT
from tests.settings import BASE, SETTINGS

NAME = SETTINGS.publisher
_AT = f"{BASE}documents/keepers-seed-statement.html#keepers-seed-statement-n2"
_TITLE = "Editor’s note 2 to Keepers Ask the Harbour Council to Open the Drawers"


def _note(record, day="2026-03-09"):
    place = LogPlace(7, "0" * 64, ()) if day else None
    return refer(
        record, SETTINGS,
        Passage(Anchor(record.id, "n", 2), fingerprint("note"), place, day=day),
    )  # fmt: skip


_SITTING = replace(
    RESOLUTION.record, kind=KINDS["judgment"], neutral_citation="[2019] SIHC 7", docket="7/19",
    agents=(Agent(person=Person("Reed", "Ida"), role=("author",)),),
)  # fmt: skip
RECORDS = [STATEMENT.record, RESOLUTION.record, _SITTING]


def test_each_style_cites_the_archive_as_its_author():
    assert {each.code: each.text for each in formatted(_note(STATEMENT.record))} == {
        "chicago": f"{NAME}, {_TITLE}, annotation ({NAME}, 2026), {_AT}.",
        "apa": f"{NAME}. (2026, March 9). {_TITLE} [Annotation]. {_AT}",
        "apa-in-text": f"({NAME}, 2026)",
        "mla": f"{_TITLE}. Annotation. {NAME}, 9 Mar. 2026, {_AT}.",
        "bluebook": f"{_TITLE}, {NAME} (Mar. 9, 2026), {_AT}.",
        "oscola": f"{NAME}, ‘{_TITLE}’ ({NAME}, 9 March 2026) <{_AT}>.",
    }


@pytest.mark.parametrize("day", ["2026-03-09", ""])
@pytest.mark.parametrize("record", RECORDS, ids=["statement", "resolution", "judgment"])
def test_no_form_names_whom_the_document_is_by_or_what_it_is(record, day):
    note = _note(record, day)
    said = [*(each.text for each in formatted(note)), *records(note).values()]
    for text in said:
        assert NAME in text
        for other in (*(agent.name for agent in record.cited), "SIHC", "ewritten", "2019"):
            assert other not in text, (other, text)
    assert note.spoken == f"{record.short_title}, editor’s note 2"


@pytest.mark.parametrize("record", RECORDS, ids=["statement", "resolution", "judgment"])
def test_a_template_filled_is_the_record_of_the_note(record):
    found, note = templates(refer(record, SETTINGS), of_notes=True), _note(record)
    assert records(note) == {
        each.form.suffix: fill(found[each.form.suffix], each.form, values(note)) for each in FORMATS
    }
