"""No form makes a date more certain than it is, none loses its year, and all say the same."""

import json

import pytest
from pybtex.database import parse_string

from archive.citation.biblatex import parse_date
from archive.citation.bibtex import classic, entry
from archive.citation.csl import item
from archive.citation.metadata import metadata, report
from archive.citation.names import by_years, in_years
from archive.citation.works_export import ris_record as ris
from archive.model.dates import ArchiveDate
from tests.citation.samples import STATEMENT, changed

EXACT = {
    # EDTF: parts in CSL; DA of RIS; citation_publication_date
    "2021-02-08": ([2021, 2, 8], "2021/02/08/", "2021/02/08"),
    "2021-02": ([2021, 2], "2021/02//", "2021/02"),
    "2021": ([2021], "2021///", "2021"),
}
INEXACT = {
    # EDTF: PY of RIS, date of BibLaTeX, the words of all forms
    "2021-12/..": ("2021/", None, "not before 2021"),
    "2021-02-08/..": ("2021/", None, "not before 2021"),
    "../2021-12": ("2021~", None, "not after 2021"),
    "2019/2021": ("2019/2021", "2019/2021", "between 2019 and 2021"),
    "2020-11/2021-02": ("2020/2021", "2020-11/2021-02", "between 2020 and 2021"),
    "2021-02/2021-03": ("2021", "2021-02/2021-03", "2021"),
    "2021~": ("2021~", None, "approximately 2021"),
    "2021-02-08?": ("2021~", None, "perhaps 2021"),
    "2021-02%": ("2021~", None, "perhaps approximately 2021"),
    "2021-02-08~/2021-03": ("2021~", None, "approximately 2021"),
    "2019~/2021": ("2019~/2021", None, "between approximately 2019 and 2021"),
    "202X": ("2020/2029", "2020/2029", "between 2020 and 2029"),
    "190X": ("1900/1909", "1900/1909", "between 1900 and 1909"),
    "19XX": ("1900/1999", "1900/1999", "between 1900 and 1999"),
}


class Forms:
    """The date of a document as each form has it."""

    def __init__(self, edtf):
        reference = changed(STATEMENT, date=ArchiveDate.parse(edtf))
        self.csl = item(reference).get("issued")
        tags = dict(line.split("  - ", 1) for line in ris(reference).split("\r\n")[:-1])
        self.ris = tags.get("PY"), tags.get("DA")
        self.note = tags["N1"]
        (fields,) = parse_string(entry(reference), "bibtex").entries.values()
        self.biblatex = {name: fields.fields.get(name) for name in ("date", "year", "sortyear")}
        (fields,) = parse_string(classic([reference]), "bibtex").entries.values()
        self.bibtex = fields.fields.get("year"), fields.fields.get("month")
        head = {meta.key: meta.content for meta in metadata(reference, "")}
        names = ("citation_publication_date", "DC.date", "DCTERMS.date")
        self.head = tuple(map(head.get, names))
        self.json_ld = report(reference)


@pytest.mark.parametrize("edtf", EXACT)
def test_an_exact_date_is_exact_in_every_form(edtf):
    parts, da, highwire = EXACT[edtf]
    forms = Forms(edtf)
    assert forms.csl == {"date-parts": [parts]}
    assert forms.ris == ("2021", da)
    assert forms.biblatex == {"date": edtf, "year": None, "sortyear": None}
    assert forms.bibtex[0] == "2021"
    assert forms.head == (highwire, edtf, edtf)
    assert forms.json_ld["datePublished"] == forms.json_ld["isBasedOn"]["datePublished"] == edtf
    assert "Dated by the archive" not in forms.note


@pytest.mark.parametrize("edtf", INEXACT)
def test_any_other_date_is_told_by_its_years_in_words(edtf):
    years, span, words = INEXACT[edtf]
    forms = Forms(edtf)
    assert forms.csl == {"literal": words}  # beside date-parts, styles would print both
    assert forms.ris == (years, f'"{words}"')
    in_words = {"year": None, "sortyear": None} if span else {"year": words, "sortyear": years[:4]}
    assert forms.biblatex == {"date": span, **in_words}
    assert forms.bibtex == (words, None)
    assert forms.head == (None, f'"{words}"', edtf)
    assert "datePublished" not in json.dumps(forms.json_ld)
    assert forms.json_ld["temporal"] == edtf
    assert f"Dated by the archive, {ArchiveDate.parse(edtf).spoken}." in forms.note


@pytest.mark.parametrize("edtf", INEXACT)
def test_the_words_are_read_as_the_date_by_its_years(edtf):
    date = ArchiveDate.parse(edtf)
    assert parse_date(in_years(date)).edtf == by_years(date)


def test_a_day_and_a_month_stand_in_classic_bibtex_as_words():
    assert Forms("2021-02-08").bibtex == ("2021", "8 February")
    assert Forms("2021-02").bibtex == ("2021", "February")


def test_of_an_unknown_date_nothing_is_said():
    forms = Forms("XXXX")
    assert (forms.csl, forms.ris, forms.head) == (None, (None, None), (None, None, None))
    assert set(forms.biblatex.values()) == {None}
    assert forms.bibtex == ("n.d.", None)
    assert "Undated." in forms.note
