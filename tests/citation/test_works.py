"""Works cited: read from BibLaTeX into one model, shown and exported from it, nothing lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pypandoc
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.backends.plaintext import Backend
from pybtex.database import parse_string
from pybtex.richtext import Text

from archive.citation import works_export
from archive.citation.bibfile import check_works, entry_lines, parse
from archive.citation.biblatex import DATES, TEXTS, read
from archive.citation.latex import Latex, decoded
from archive.citation.style import formatted, label, shown
from archive.citation.works import CSL_ROLES, CSL_TYPES, csl, serialise
from archive.model.dates import ArchiveDate
from tests.citation.schemas import CSL_WORKS

WILD = Path(__file__).parent / "works" / "wild.bib"


def works_in(text):
    reading = read(parse_string(text, "bibtex").entries)
    assert not reading.faults
    return reading.works


def one(text):
    (work,) = works_in(text).values()
    return work


def told(text):
    _, problems = parse([("references.bib", text)])
    if not problems:
        reading = read(parse_string(text, "bibtex").entries)
        problems = list(check_works(reading, entry_lines(text), "references.bib"))
    return problems


def plain(work):
    return formatted(work).render(Backend()).strip()


@pytest.fixture(scope="module")
def wild():
    return works_in(WILD.read_text("utf-8"))


SHOWN = {
    "accents": "José García López, Ø. Łasky and Antonín Dvořák. Über naïve café ß æ ångström ça: "
    "Schenck v. State — a “secret” ‘case’: NSA & Others. 2nd ed. München: Söhne & Co. 1999.",
    "bodies": "Department of Health and Human Services and Center for Law, Media and Democracy, "
    "Inc. “Joint statement.” 2020. https://example.org/a_b/c%20d&e#f.",
    "names": "Charles de la Vallée Poussin, Martin Luther King Jr., Ludwig van Beethoven et al. "
    "Parts of names. Translated by Richard Roe. 1919.",
    "child": "John Smith. “Chapter one.” In A Collection on Leaks: In Two Parts, edited by Jane "
    "Doe and Richard Roe, pp. 12–34. OUP. 2015.",
    "parent": "Jane Doe and Richard Roe, eds. A Collection on Leaks: In Two Parts. OUP. 2015.",
    "housed": "Ann Smith. With data of its house. London: Xdata Press. 2011.",
    "paper": "Amnesty International. “Ranges.” J. of Law 12, no. 3, pp. 101–120. Between 2019 and "
    "2021. doi:10.1234/ab_c(1)<2>.",
    "decision": "New York Times Co. v. United States, 403 U.S. 713 (Supreme Court of the United "
    "States, 1971).",
    "statute": "Espionage Act, Pub. L. 65-24, 15 June 1917.",
    "talk": "John Smith. “Talk.” In Proc. of X, edited by Jane Doe, X Summit, Oslo. 2020.",
    "tech": "John Smith. Tech. TR-1. Technical report. NSA. April 1980.",
    "flyer": "Jane Doe, ed. “Only an editor.” Flyer, https://example.org/x_y%20z. 1901. See The "
    "Case, §5, 100% true.",
    "about": "ALA. “About.” 1920 (approximate).",
    "export": "ALA. “Of our own export.” December 2021 or later. https://example.org/1, accessed "
    "2 January 2022.",
}  # fmt: skip


def test_each_entry_of_the_wild_is_shown_right(wild):
    assert {key: plain(work) for key, work in wild.items()} == SHOWN


def test_names_keep_their_parts(wild):
    assert csl(wild["names"])["author"] == [
        {"family": "Vallée Poussin", "given": "Charles", "non-dropping-particle": "de la"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"literal": "others"},
    ]
    assert csl(wild["bodies"])["author"][1] == {
        "literal": "Center for Law, Media and Democracy, Inc."
    }


def test_csl_has_types_dates_and_marks(wild):
    items = {key: csl(work) for key, work in wild.items()}
    assert items["decision"]["type"] == "legal_case"
    assert items["decision"]["authority"] == "Supreme Court of the United States"
    assert items["statute"] == {
        "id": "statute", "type": "legislation", "title": "Espionage Act",
        "number": "Pub. L. 65-24", "issued": {"date-parts": [[1917, 6, 15]]},
    }  # fmt: skip
    # As records of documents have them: most styles print what is circa as certain.
    assert items["paper"]["issued"] == {"literal": "between 2019 and 2021"}
    assert items["about"]["issued"] == {"literal": "approximately 1920"}
    assert items["export"]["issued"] == {"literal": "not before 2021"}
    assert "<i>Schenck v. State</i>" in items["accents"]["title"]
    assert items["child"]["container-title"] == "A Collection on Leaks: In Two Parts"


def test_a_parent_is_known_and_data_of_a_house_is_no_work(wild):
    reading = read(parse_string(WILD.read_text("utf-8"), "bibtex").entries)
    assert reading.parents == {"parent"}
    assert "house" not in wild


def test_what_is_inherited_is_sealed():
    text = WILD.read_text("utf-8")
    entries = parse_string(text, "bibtex").entries
    assert shown(entries["housed"], entries)["publisher"] == "Xdata Press"
    assert shown(entries["child"], entries)["booktitle"] == "A Collection on Leaks"
    assert "xdata" not in shown(entries["housed"], entries)


@pytest.mark.parametrize(
    ("bib", "expected"),
    [
        ("author={{A Very Long Name of the United Nations Special Rapporteur on Free Expression}}",
         "A Very Long Name of the United Nations Special Rapporteur… 2020"),
        ("editor={Doe, Jane}", "Doe 2020"),
        ("author={van Gogh, Vincent}, shortauthor={Gogh}", "Gogh 2020"),
        ("title={[Decision on the Appeal of a Ministry in the Case of the Two Printers]}",
         "[Decision on the Appeal of a Ministry in the Case of the…] 2020"),
    ],
)  # fmt: skip
def test_a_label_is_short(bib, expected):
    title = "" if "title" in bib else "title={T}, "
    assert label(one(f"@misc{{a, {bib}, {title}date={{2020}}}}")) == expected


# Exports


def test_biblatex_comes_back_the_same(wild):
    again = works_in(works_export.biblatex(wild.values()))
    for key, work in wild.items():
        assert again[key].names == work.names
        # What is neither exact nor closed is exported in words, by its years.
        dates = {"export": "2021/.."}.get(key, work.date.edtf)
        assert again[key].dates == work.dates | {"date": ArchiveDate.parse(dates)}
        assert csl(again[key]) == csl(work)


def test_no_date_of_biblatex_has_an_open_start():
    # citation-js stops at the whole file, biber drops the date.
    work = one("@book{a, title={T}, origdate={/1931}, date={/1941}, note={Seen}}")
    text = works_export.biblatex([work])
    assert not re.findall(r"date *= ", text)
    assert "{First published 1931 or earlier. Seen}" in text
    assert "{not after 1941}" in text


def test_rispy_reads_ris(wild):
    entries = {each["id"]: each for each in rispy.loads(works_export.ris(wild.values()))}
    assert entries.keys() == wild.keys()
    assert entries["names"]["authors"] == [
        "de la Vallée Poussin, Charles", "King, Martin Luther, Jr.", "van Beethoven, Ludwig",
        "others,",
    ]  # fmt: skip
    assert entries["decision"]["type_of_reference"] == "CASE"
    assert entries["statute"]["date"] == "1917/06/15/"
    assert (entries["child"]["start_page"], entries["child"]["end_page"]) == ("12", "34")
    assert [entries[key]["date"] for key in ("export", "about", "paper")] == [
        '"not before 2021"', '"approximately 1920"', '"between 2019 and 2021"',
    ]  # fmt: skip
    assert [entries[key]["year"] for key in ("export", "about", "paper")] == [
        "2021/", "1920~", "2019/2021",
    ]  # fmt: skip
    tags = {"parent": "ED", "child": "A2", "flyer": "ED"}  # A2 would edit the series of a book
    assert [
        key for key in tags if f"{tags[key]}  - Doe, Jane" in works_export.ris([wild[key]])
    ] == [*tags]
    assert "Dated December 2021 or later" in entries["export"]["notes"]
    assert entries["bodies"]["notes"] == [
        "Written in full, the name is “Center for Law, Media and Democracy, Inc.”."
    ]
    assert entries["bodies"]["urls"] == ["https://example.org/a_b/c%20d&e#f"]


def test_csl_is_one_array_of_items_by_the_schema(wild):
    items = json.loads(works_export.WRITERS["json"][2](wild.values()))
    assert [item["id"] for item in items] == list(wild)
    jsonschema.validate(items, CSL_WORKS)


@pytest.mark.parametrize(
    ("writer", "form"),
    [(works_export.biblatex, "biblatex"), (works_export.bibtex, "bibtex"),
     (works_export.ris, "ris"), (serialise, "csljson")],
)  # fmt: skip
def test_pandoc_reads_every_form(wild, writer, form):
    read_ = json.loads(pypandoc.convert_text(writer(wild.values()), "csljson", format=form))
    items = {item["id"]: item for item in read_}
    assert items.keys() == wild.keys()
    families = [name["family"] for name in items["names"]["author"][:3]]
    assert families == ["Vallée Poussin", "King", "Beethoven"]
    named = "New York Times Co. v. United States"
    assert items["decision"]["title"].removeprefix('<span class="nocase">').startswith(named)
    assert items["accents"]["title"].startswith("Über naïve café ß æ ångström ça")
    dates = {key: items[key]["issued"] for key in ("paper", "about", "export")}
    if form == "ris":
        assert dates["about"] == {"circa": True, "date-parts": [[1920]]}
        assert dates["export"] == {"date-parts": [[2021], [0]]}  # 2021 or later
    if form in {"ris", "biblatex"}:
        assert dates["paper"] == {"date-parts": [[2019], [2021]]}


def test_the_classic_dialect_is_in_ascii(wild):
    text = works_export.bibtex(wild.values())
    assert "{\\L}asky, {\\O}." in text  # initials are cut out of bytes
    assert not re.findall(r"[^\W\d_\x00-\x7f]", text)
    (again,) = works_in(works_export.bibtex([wild["accents"]])).values()
    assert again.names == wild["accents"].names
    assert again.plain("title").startswith("Über naïve café ß æ ångström ça")


# Nothing is lost

_LABELS = {"shorttitle", "shortauthor", "abstract", "annotation", "keywords", "isbn", "issn",
           "language", "entrysubtype"}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(CSL_TYPES))
@pytest.mark.parametrize("years", [("1931", "1932"), ("1931~", "193X")])
def test_no_value_is_lost(kind, years):
    fields = {name: f"Tok{name}" for name in TEXTS}
    fields |= {role: f"Nam{role}, Ann" for role in CSL_ROLES}
    fields |= dict(zip(DATES, (years[0], "1941", years[1], "1943"), strict=True))
    fields |= {"url": "https://example.org/tokurl", "archiveurl": "https://example.org/tokarchive",
               "doi": "10.1234/tokdoi"}  # fmt: skip
    body = ", ".join(f"{name}={{{value}}}" for name, value in fields.items())
    work = one(f"@{kind}{{key, {body}}}")
    writers = {name: writer([work]) for name, (_, _, writer) in works_export.WRITERS.items()}
    page = plain(work)
    for name, value in fields.items():
        value = value.removesuffix(", Ann").removesuffix("~")  # noqa: PLW2901
        if name in DATES:
            value = value.replace("X", "0")[:4]  # noqa: PLW2901
        for form, text in writers.items():
            known = text.replace("193X", "1930")
            if name not in {"entrysubtype", "shortauthor"} or form == "bib":
                assert value in known, (form, name)
        if name not in {*_LABELS, "url", "archiveurl"}:
            assert value.lower() in page.lower(), name
    assert "tokurl" in page


def test_a_field_that_nothing_is_made_of_is_told():
    (problem,) = told("@misc{a,\n title={T},\n adress={London}}")
    assert (problem.line, problem.rule) == (1, "reference-field")
    assert "adress" in problem.message


@given(st.text("ab é\\{}$%&#_^~'\"-–`,;:.<>", max_size=20))
def test_any_text_is_decoded_as_it_was_encoded(text):
    written = Text(" ".join(text.split())).render(Latex())
    assert str(decoded(written)) == " ".join(text.split())


# What is wrong is told


@pytest.mark.parametrize(
    ("date", "mend"),
    [
        ("10 December 2021", "write 2021-12-10."),
        ("December 10, 2021", "write 2021-12-10."),
        ("2021 Dec. 10", "write 2021-12-10."),
        ("Dec. 2021", "write 2021-12."),
        ("n.d.", "leave the field out"),
        ("in press", "write pubstate = {inpress}"),
        ("1989--1994", "write 1989/1994."),
        ("2021-02-30", "write what is known"),
        ("2021-12-10T10:00:00Z", "write 2021-12-10."),
        ("c. 1920", "write 1920~."),
        ("[1971]", "write 1971?."),
    ],
)
@pytest.mark.parametrize("field", ["date", "urldate", "origdate", "year"])
def test_a_human_date_is_told_with_its_mend(date, mend, field):
    (problem,) = told(f"\n@misc{{key,\n title={{T}},\n {field}={{{date}}}}}")
    assert (problem.path, problem.line, problem.rule) == ("references.bib", 2, "reference-date")
    assert "“key”" in problem.message
    assert date in problem.message
    assert problem.mend.startswith(mend)


@pytest.mark.parametrize(
    ("fields", "edtf"),
    [
        ("year={1980}, month={April}", "1980-04"),
        ("year=1980, month=sep, day=3", "1980-09-03"),
        ("year=1980, month={12}", "1980-12"),
        ("date={2021-12/}", "2021-12/.."),
        ("date={/2021-12}", "../2021-12"),
    ],
)
def test_a_date_of_biblatex_is_read(fields, edtf):
    assert one(f"@misc{{a, title={{T}}, {fields}}}").date.edtf == edtf


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("@misc{a, title={T}, crossref={none}}", "reference-parent"),
        ("@misc{a, title={T}, crossref={a}}", "reference-parent"),
        ("@misc{a, title={T}, xdata={none}}", "reference-parent"),
        ("@mics{a, title={T}}", "reference-type"),
        ("@misc{a, title={\\foo{T}}}", "reference-latex"),
        ("@misc{a, title={T}, note={\\url{javascript:x}}}", "reference-address"),
        ("@misc{a, title={T}, translator={a, b, c, d}}", "reference-name"),
        ("@misc{a, title={T}, author={family=Doe, given=Jane}}", "reference-name"),
        ("@misc{a, title={T}, month={May}}", "reference-date"),
    ],
)
def test_a_fault_is_told_with_its_key_and_line(entry, rule):
    (problem,) = told(f"% a comment\n{entry}")
    assert (problem.line, problem.rule) == (2, rule)
    assert "“a”" in problem.message


def test_all_faults_are_told_at_once():
    problems = told(
        "@misc{a, title={T}, date={soon}, adress={x}}\n\n@misc{b, title={\\foo}, date={n.d.}}"
    )
    assert [(each.line, each.rule) for each in problems] == [
        (1, "reference-date"), (1, "reference-field"), (3, "reference-latex"),
        (3, "reference-date"),
    ]  # fmt: skip


def test_all_errors_of_syntax_are_told_at_once():
    text = (
        "@misc{a, title {T}}\n@misc{b, title=nosuch}\n\n"
        "@misc{c, title={T}, title={U}}\n@misc{d, author={a, b, c, d, e}}"
    )
    assert [each.line for each in told(text)] == [1, 2, 4, 5]
