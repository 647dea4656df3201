"""Every field of a record stands in each form where the crosswalk says, and nowhere else."""

from __future__ import annotations

import json
import pickle
import re
from collections import defaultdict
from dataclasses import dataclass, replace

import pikepdf
import pytest
import rispy
from lxml import etree
from pybtex.database import parse_string

from archive.citation import bibtex, csl, works_export
from archive.citation.metadata import metadata, report, serialise
from archive.citation.reference import refer
from archive.model import crosswalk as read
from archive.model.crosswalk import FORMS, row, rows
from archive.model.record import Record, parse_record
from archive.pdf.edition import Settings
from archive.pdf.finishing import packet
from archive.pdf.pages import Page
from archive.pdf.plan import DrawnDocument, document_edition
from archive.site.know.facts import Document
from archive.site.read.records import field_list
from archive.site.read.search_entries import facets
from tests.citing import told
from tests.conftest import built, copy_root, once, pdftotext
from tests.settings import SETTINGS

BASE = "https://archive.example/"
ARCHIVE = replace(SETTINGS, base=BASE)
ROWS = {row.name: row for row in rows(Record)}

RECORD = """\
id: alpha
title: The whole title
title-note: Noted of its title.
short-title: Briefly
issuer: Institute of Proofs
agents:
  - body: Bureau of Lamps
    role: author
  - person: Doe, Jane, Jr.
    role: [author, signatory]
    authority: https://www.wikidata.org/wiki/Q4242
  - person: Roe, Richard
    role: judge
issuer-address: https://issuer.example/
issuer-note: Noted of its issuer.
kind: filing
date: 2019-05-03
date-note: Noted of its date.
neutral-citation: "[2019] LMP 77"
docket: LP/909
decided: 2018-11-30
status: adopted
status-note: Noted of its outcome.
subjects:
  - Lanterns
  - Harbours
extent:
  held: leaves one to nine
  lacking: leaves ten to twelve
  reason: The last quire was lost in a flood.
relations:
  - annex-of: beta
source:
  publisher: Origin Press
  title: Original heading
  address: https://origin.example/paper
  paragraphs: 3
  first-paragraph: 41
  sha256: "1111111111111111111111111111111111111111111111111111111111111111"
  file-sha256: "2222222222222222222222222222222222222222222222222222222222222222"
rights: Reserved by nobody.
language: pt-BR
collection: Shelf of proofs
left-out:
  - p1: never quoted
"""

# The words by which each field is known in any form.
SAID = {
    "title": ["The whole title"],
    "title_note": ["Noted of its title"],
    "short_title": ["Briefly"],
    "issuer": ["Institute of Proofs"],
    "agents.body": ["Bureau of Lamps"],
    "agents.person": ["Doe"],
    "agents.role": ["signatory"],
    "agents.authority": ["wikidata.org/wiki/Q4242"],
    "issuer_address": ["https://issuer.example/"],
    "issuer_note": ["Noted of its issuer"],
    "kind": ["filing"],
    "date": ["2019"],
    "date_note": ["Noted of its date"],
    "neutral_citation": ["[2019] LMP 77"],
    "docket": ["LP/909"],
    "decided": ["2018"],
    "status": ["adopted"],
    "status_note": ["Noted of its outcome"],
    "subjects": ["Lanterns", "Harbours"],
    "extent.held": ["leaves one to nine"],
    "extent.lacking": ["leaves ten to twelve"],
    "extent.reason": ["lost in a flood"],
    "relations": ["beta"],
    "source.publisher": ["Origin Press"],
    "source.title": ["Original heading"],
    "source.address": ["origin.example/paper"],
    "source.paragraphs": ["3 paragraphs"],
    "source.first_paragraph": ["paragraph 41"],
    "source.sha256": ["1" * 64],
    "source.file_sha256": ["2" * 64],
    "rights": ["Reserved by nobody"],
    "language": ["pt-BR"],
    "collection": ["Shelf of proofs"],
    "left_out": ["never quoted"],
    "id": ["alpha"],
}


# --- What each form says, by the names of its places: read from what is written, by its own parser


def _card(page):
    said = defaultdict(str)
    for field in page.select(".record-fields dt"):
        body = field.find_next_sibling("dd")
        said[field.get_text()] += body.get_text(" ")
        for link in body.find_all("a"):
            said["the name"] += link["href"]
    for label in ("Authors", "Signatory", "Judge"):
        said["the role"] += said[label]
        said["the label"] += label
    said["the relation"] = said["Annex of"]
    return said


def _head(head):
    said = defaultdict(str)
    for meta in head.find_all("meta"):
        said[meta.get("name") or meta.get("property")] += f"{meta.get('content')}\n"
    for link in head.find_all("link"):
        said[f"rel={' '.join(link['rel'])}"] += f"{link['href']}\n"
    return said


def _leaves(value, path=""):
    """Each text of a JSON value with its path: ``isBasedOn.url``."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, path)
    else:
        yield path, str(value)


def _json(data):
    said = defaultdict(str)
    for path, text in _leaves(data):
        steps = path.split(".")
        for many in range(1, len(steps) + 1):  # what is within a property is said by it
            said[".".join(steps[:many])] += f"{text}\n"
    return said


def _xmp(metadata):
    description = etree.fromstring(metadata).find(".//{*}Description")
    said = defaultdict(str)
    for each in description:
        said[f"{each.prefix}:{etree.QName(each).localname}"] += "\n".join(each.itertext())
    return said


def _bibtex(text):
    key, entry = next(iter(parse_string(text, "bibtex").entries.items()))  # then its original
    names = {role: "\n".join(map(str, people)) for role, people in entry.persons.items()}
    return {**entry.fields, **names, "key": key}


def _ris(text):
    rispy.loads(text)  # which refuses what is no RIS
    said = defaultdict(str)
    for line in text.split("\r\n"):
        said[line[:2]] += f"{line[6:]}\n"
    return said


def _catalogue(page):
    entry = page.find("a", href="alpha.html").find_parent("li")
    said = defaultdict(str, href=entry.a["href"])
    for each in entry.find_all(class_=True):
        for name in each["class"]:
            said[name] += f"{each.get_text()}\n"
    return said


def _search(shelf):
    texts = [path.read_text("utf-8") for path in shelf.rglob("*.json")]
    (entry,) = [found for found in map(json.loads, texts) if "alpha" in found["page"]]
    places = "\n".join(place["name"] for place in entry["places"])
    own = {name: entry[name] for name in ("title", "about", "page")}
    return {**own, "places": places, **_facets(entry["facets"])}


def _facets(pairs):
    said = defaultdict(str)
    for name, value in pairs:
        said[name] += f"{value}\n"
    return said


STYLES = {
    "chicago": "Chicago note", "apa": "APA", "mla": "MLA", "bluebook": "Bluebook",
    "oscola": "OSCOLA",
}  # fmt: skip


def _styles(section):
    """Each citation, at every place that the crosswalk names in it."""
    cited = told(section)
    return {
        style: {each.coded[style]: cited[label] for each in ROWS.values() if style in each.coded}
        for style, label in STYLES.items()
    }


def _written(source):
    """Build a small archive with the record; what its forms say by place, and its PDF."""
    copy_root("small", source)
    path = source / "documents" / "alpha.md"
    body = path.read_text("utf-8").split("\n---\n", 1)[1]
    path.write_text(f"---\n{RECORD}---\n{body}", "utf-8")
    done = built(source)
    built(source, builder="pdf")
    page = done.page("documents/alpha.html")
    beside = {form: (done.site / f"documents/alpha.{form}") for form in ("bib", "ris", "json")}
    pdf = done.site / "documents/alpha.pdf"
    with pikepdf.open(pdf) as opened:
        xmp = opened.Root.Metadata.read_bytes()
    said = {
        "card": _card(page),
        "head": _head(page.head),
        "json_ld": _json(json.loads(page.find("script", type="application/ld+json").string)),
        "xmp": _xmp(xmp),
        "bibtex": _bibtex(beside["bib"].read_text("utf-8")),
        "ris": _ris(beside["ris"].read_bytes().decode()),
        "csl": _json(json.loads(beside["json"].read_text("utf-8"))[0]),
        **_styles(done.citing("alpha")),
        "catalogue": _catalogue(done.page("documents/index.html")),
        "search": _search(source / "_build" / "doctrees" / "search-entries"),
    }
    return said, pdf


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return once(tmp_path_factory, "crosswalk", _written)


def _places(row, form):
    """Where a row says that it stands in a form."""
    place = row.written.get(form) or row.coded[form]
    return [place] if form in {"card", *STYLES} else place.split()


# Of three authors these name the first.
SHORTENED = {
    (field, style)
    for field in ("agents.body", "agents.person") for style in ("bluebook", "chicago", "mla")
}  # fmt: skip


def _holds(text, words):
    return all(word.casefold() in text.casefold() for word in words)


# --- The promises


def test_the_record_above_has_every_field():
    record, problems = parse_record(f"---\n{RECORD}---\n", "alpha.md", "alpha", ARCHIVE)
    assert problems == []
    assert [each.name for each in rows(Record) if not each.words(each.value(record))] == []
    assert SAID.keys() == ROWS.keys()


@pytest.mark.parametrize("name", ROWS)
def test_every_field_has_one_cell_in_every_form(name):
    cells = [cell for kind in ("written", "coded", "absent") for cell in getattr(ROWS[name], kind)]
    assert sorted(cells) == sorted(FORMS)
    row = ROWS[name]
    assert all((*row.written.values(), *row.coded.values(), *row.absent.values()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ROWS)
def test_a_form_shows_the_fields_that_it_is_said_to_show_and_no_other(archive, name, form):
    said, _pdf = archive
    row = ROWS[name]
    if (name, form) in SHORTENED:
        assert re.match("Institute of Proofs,? et al[.,]", said[form]["author"])
    elif form in row.absent:
        whole = "\n".join(said[form].values())
        assert not any(_holds(whole, [word]) for word in SAID[name]), row.absent[form]
    else:
        for place in _places(row, form):
            assert _holds(said[form][place], SAID[name]), place


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if "card" in row.written])
def test_the_card_in_print_is_the_card_of_the_page(archive, name):
    _said, pdf = archive
    words = pdftotext(pdf)
    joined = "".join(words.split())
    printed = [ROWS[name].written["card"], *SAID[name]]
    assert _holds(joined, ["".join(each.split()) for each in printed])


# --- A further field is one row and its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated(Record):
    """A record with a translator, as an example of a field that the record does not have."""

    translator: str | None = row(
        read.text,
        default=None,
        is_name=True,
        card="Translator",
        head="citation_translator DCTERMS.contributor",
        json_ld="translator",
        xmp="dc:contributor",
        bibtex="translator",
        ris="A4",
        csl="translator",
        search="translator",
        absent={
            " ".join(STYLES): "no style names who translated a document of an archive",
            "catalogue": "few documents are translated",
        },
    )


TRANSLATOR = "Office of Letters, Lisbon"


@pytest.fixture(scope="module")
def translated():
    text = f"---\n{RECORD}translator: {TRANSLATOR}\n---\n"
    record, problems = parse_record(text, "alpha.md", "alpha", ARCHIVE, Translated)
    assert problems == []
    return record


def _said(record):
    """What the forms say of a record that no page has, from the functions that write them."""
    reference = refer(record, ARCHIVE)
    card = field_list(record)
    metas = metadata(reference, "A filing.")
    document = Document("documents/alpha", "documents/alpha.md", record)
    settings = Settings("An archive", "rewritten", "Editors", BASE, "en", "a4", 0, "")
    drawn = DrawnDocument(document, record, Page(document.docname, (), {}), None, ())
    return {
        "card": {field[0].astext(): field[1].astext() for field in card},
        "head": {meta.key: meta.content for meta in metas},
        "json_ld": _json(json.loads(serialise(report(reference)))),
        "xmp": _xmp(packet(document_edition(drawn, (), settings), "Typst")),
        "bibtex": _bibtex(bibtex.entry(reference)),
        "ris": _ris(works_export.ris_record(reference)),
        "csl": _json(json.loads(csl.serialise([reference]))[0]),
        "search": _facets(facets(record)),
    }


@pytest.mark.parametrize(
    "form", ["card", "head", "json_ld", "xmp", "bibtex", "ris", "csl", "search"]
)
def test_a_further_field_takes_one_row(translated, form):
    (added,) = [each for each in rows(Translated) if each.name == "translator"]
    said = _said(translated)[form]
    for place in _places(added, form):
        assert _holds(said[place].replace(",", ""), [TRANSLATOR.replace(",", "")]), place


def test_a_name_is_one_name_in_every_form(translated):
    reference = refer(translated, ARCHIVE)
    (entry,) = parse_string(bibtex.entry(reference), "bibtex").entries.values()
    assert entry.fields["translator"] == f"{{{TRANSLATOR}}}"
    assert "A4  - Office of Letters Lisbon,\r\n" in works_export.ris_record(reference)
    assert csl.item(reference)["translator"] == [{"literal": TRANSLATOR}]
    assert report(reference)["translator"]["name"] == TRANSLATOR


def test_a_further_field_that_is_not_there_shows_nowhere():
    plain, _problems = parse_record(f"---\n{RECORD}---\n", "alpha.md", "alpha", ARCHIVE)
    without, problems = parse_record(
        f"---\n{RECORD}---\n", "alpha.md", "alpha", ARCHIVE, Translated
    )
    assert problems == []
    assert _said(without) == _said(plain)


def test_a_record_comes_back_from_a_pickle_with_its_further_field(translated):
    assert pickle.loads(pickle.dumps(translated)) == translated
