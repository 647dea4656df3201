"""Tools read our lists of works without a complaint, and print what the works say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pybtex.database import parse_string

from archive.citation.biblatex import read
from archive.citation.works import Work, csl
from archive.citation.works_export import WRITERS, biblatex, bibtex
from tests.citation.test_works import WILD
from tests.court import rules
from tests.court.exceptions import LISTS
from tests.court.pandoc import Texts, by_pandoc
from tests.court.scripts import by_citation_js, by_citeproc_js
from tests.court.spelled import spelled
from tests.court.tex import by_biber, by_bibtex, by_pybtex

OURS = Path(__file__).with_name("works.bib")


@pytest.fixture(scope="module")
def works() -> dict[str, Work]:
    """Works by the keys that they have in both files as one list."""
    found: dict[str, Work] = {}
    for path in (OURS, WILD):
        text = re.sub(r"(?m)^(@\w+\{)", rf"\1{path.stem}-", path.read_text("utf-8"))
        text = re.sub(r"((?:crossref|xdata) *= *\{)", rf"\1{path.stem}-", text)
        reading = read(parse_string(text, "bibtex").entries)
        assert not reading.faults
        found |= reading.works
    return found


def _checked(works: dict[str, Work], printed: Texts, tool: str) -> None:
    told = []
    for key, work in works.items():
        assert key in printed
        said = rules.plain(printed[key])
        if work.makers and rules.plain(work.makers[0].family) not in said:
            told.append(f"{key}: loses {work.makers[0].family}: {said}")
        if work.date is not None:
            broken = set(rules.dates(work.date, said)) & {"date-lost", "date-certain"}
            told += [f"{key}: {work.date}: {each}: {said}" for each in broken]
        if tool != "biber" and re.search(r"[\\{}]", said):  # which leaves LaTeX to LaTeX
            told.append(f"{key}: has LaTeX: {said}")
    excused = LISTS.get(tool, {})
    told = [each for each in told if each.partition(":")[0] not in excused]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("style", ["plain", "alpha", "abbrv", "unsrt"])
def test_bibtex_reads_the_classic_dialect(works, style, tmp_path):
    printed, said = by_bibtex(bibtex(works.values()), style, tmp_path)
    assert "arning" not in said
    _checked(works, printed, "bibtex")


# The first is the default of sphinxcontrib-bibtex.
@pytest.mark.parametrize("style", ["alpha", "plain", "unsrt"])
def test_pybtex_reads_the_classic_dialect(works, style):
    printed = by_pybtex(bibtex(works.values()), style)
    _checked(works, printed, "pybtex")
    assert "Edited by Jane Doe" in printed["wild-flyer"]
    assert "New York Times Co. v. United States" in printed["wild-decision"]
    assert "April 1980" in printed["wild-tech"]


def test_biber_reads_biblatex(works, tmp_path):
    printed, said = by_biber(biblatex(works.values()), tmp_path)
    assert _minded(said, "legacy year field") == []  # words in place of a year
    _checked(works, printed, "biber")


def test_biblatex_is_of_its_data_model(works, tmp_path):
    _printed, said = by_biber(biblatex(works.values()), tmp_path, "--validate-datamodel")
    # biblatex leaves the fields of legal types to styles, and knows no address of a copy.  Words in
    # place of a year are what they are.  A book may have an editor alone, and a page no date.
    ours = r"archiveurl|entrytype '(?:jurisdiction|legislation)'|field 'year'|year field|mandatory"
    assert _minded(said, ours) == []


def _minded(said: str, ours: str) -> list[str]:
    return re.findall(rf"(?:WARN|ERROR) - (?!.*(?:{ours}|WARNINGS:)).*", said)


FORMS = {"bib": "bib", "bibtex.bib": "bibtex", "ris": "ris", "json": "json"}


@pytest.fixture(scope="module")
def printed(works, tmp_path_factory):
    texts = {form: WRITERS[suffix][2](works.values()) for suffix, form in FORMS.items()}
    return by_pandoc(texts, tmp_path_factory.mktemp("pandoc"))


@pytest.mark.parametrize("form", FORMS.values())
def test_pandoc_prints_each_form(works, printed, form):
    _checked(works, printed[form], f"pandoc {form}")


@pytest.mark.parametrize("suffix", ["bib", "ris", "json"])
def test_citation_js_reads_each_form(works, suffix):
    (items,) = by_citation_js({suffix: WRITERS[suffix][2](works.values())}).values()
    texts = {item["id"]: spelled({"author": item.get("editor", []), **item}) for item in items}
    _checked(works, texts, f"citation-js {suffix}")


def test_citeproc_js_prints_the_items(works):
    items = [csl(work) for work in works.values()]
    told = by_citeproc_js(["apa"], items)["apa"]
    _checked(works, told["list"], "citeproc-js")
