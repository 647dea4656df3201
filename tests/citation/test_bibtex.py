"""BibLaTeX entries that come back as they went, whatever their texts hold."""

import re

import pytest
from hypothesis import given
from pybtex.database import parse_string
from pybtex.richtext import Text

from archive.citation.bibtex import bibliography, classic, entry, escape
from tests.citation.samples import (
    ALL,
    DOCUMENTS,
    HOSTILE,
    P1,
    RESOLUTION,
    STATEMENT,
    TITLES,
    W3,
    changed,
    titled,
)

# Commands that pybtex's decoder does not know.
_COMMANDS = {
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\$": "$",
}


def _read(reference):
    (read,) = parse_string(entry(reference), "bibtex").entries.values()
    return read


def _plain(latex):
    """What TeX prints for a field."""
    marked = latex
    for mark, command in enumerate(_COMMANDS):
        marked = marked.replace(command, chr(0xF0000 + mark))
    text = str(Text.from_latex(marked))
    for mark, character in enumerate(_COMMANDS.values()):
        text = text.replace(chr(0xF0000 + mark), character)
    return text


def test_the_entry_of_a_passage():
    assert entry(W3) == (
        "@report{isle-seed-resolution-w3,\n"
        "  author        = {{Federation of Isle Gardeners}},\n"
        "  title         = {{[Resolution on the sealed seed drawers, whereas 3;"
        " rewritten by the Press Freedom Archive]}},\n"
        "  shorttitle    = {Seed resolution, whereas 3 [rewritten]},\n"
        "  type          = {Resolution, outcome not established},\n"
        "  institution   = {{Press Freedom Archive}},\n"
        "  year          = {not before 2019},\n"
        "  sortyear      = {2019},\n"
        "  langid        = {english},\n"
        "  url           = {https://archive.example/press/documents/isle-seed-resolution.html"
        "#isle-seed-resolution-w3},\n"
        "  keywords      = {Seed lending, Sealing of the drawers, Gardens,"
        " Quarantine Act, Libraries},\n"
        "  comment       = {Rewritten by the Press Freedom Archive; only words within quotation"
        " marks are the source’s. Where the original was published is not known."
        " Dated by the archive, November 2019 or later. Passage isle-seed-resolution-w3,"
        f" SHA-256 of its text {W3.fingerprint}. The rewriting is licensed under CC BY 4.0,"
        " https://creativecommons.org/licenses/by/4.0/.},\n"
        "}\n"
    )


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_entry_is_read_back(reference):
    read = _read(reference)
    assert (read.type, read.key) == ("report", reference.key)
    (author,) = read.persons["author"]
    assert str(author).strip("{}") == reference.record.issuer
    assert (author.first_names, len(author.last_names)) == ([], 1)
    assert _plain(read.fields["title"]) == reference.title
    assert _plain(read.fields["institution"]) == "Press Freedom Archive"
    assert read.fields["type"].partition(", ")[0] == reference.record.kind.label
    assert read.fields["url"] == reference.address
    assert read.fields["langid"] == "english"
    if reference.fingerprint:
        assert reference.fingerprint in read.fields["comment"]


def test_all_references_make_one_bibliography():
    read = list(parse_string(bibliography(ALL), "bibtex").entries)
    originals = [f"{reference.key}.original" for reference in DOCUMENTS]
    assert [key for key in read if key not in originals] == [r.key for r in ALL]
    assert [key for key in read if key in originals] == originals


def test_the_entry_of_a_document_leads_to_that_of_its_original():
    rendering, source = parse_string(bibliography([STATEMENT]), "bibtex").entries.values()
    assert rendering.fields["related"] == source.key == f"{STATEMENT.key}.original"
    assert rendering.fields["relatedstring"] == "A rendering of"
    assert source.type == "misc"
    assert source.persons == rendering.persons
    assert dict(source.fields) == {
        "title": "{Keepers Ask the Harbour Council to Open the Drawers}",
        "type": "Statement",
        "organization": "{Guild of Seed Keepers}",
        "year": "not before 2019",
        "sortyear": "2019",
        "url": STATEMENT.record.source.address,
        "comment": f"Rewritten by the Press Freedom Archive at {STATEMENT.page}.",
    }
    _, unknown = parse_string(bibliography([RESOLUTION]), "bibtex").entries.values()
    assert unknown.fields["title"] == f"{{{RESOLUTION.record.title}}}"
    assert unknown.fields["note"] == "Where it was published is not known"
    assert "related" not in entry(W3)


def test_classic_bibtex_has_what_its_styles_demand():
    read = parse_string(classic([STATEMENT]), "bibtex").entries[STATEMENT.key]
    assert read.type == "techreport"
    assert read.persons.keys() == {"author"}
    assert {"title", "institution", "year", "type", "url", "comment"} <= set(read.fields)
    assert not {"date", "related", "langid", "keywords"} & set(read.fields)


def test_what_is_known_of_the_original_is_told():
    assert STATEMENT.record.source.address in _read(P1).fields["comment"]
    assert "original was published is not known" in _read(W3).fields["comment"]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_titles(title):
    reference = titled(title)
    text = bibliography([reference, RESOLUTION])
    entries = parse_string(text, "bibtex").entries
    assert list(entries) == [W3.key, RESOLUTION.key, f"{RESOLUTION.key}.original"]
    assert _plain(entries[W3.key].fields["title"]) == reference.title
    # Each backslash begins one of our own commands or escapes one of TeX's special characters.
    ours = r"\\(?:text(?:backslash|braceleft|braceright|asciicircum|asciitilde)\{\}|[%#$&_])"
    assert "\\" not in re.sub(ours, "", text)


def test_characters_that_tex_would_act_on_are_escaped():
    assert escape("100% & a_b #1 $x ~ ^ \\ {y}") == (
        r"100\% \& a\_b \#1 \$x \textasciitilde{} \textasciicircum{} \textbackslash{} "
        r"\textbraceleft{}y\textbraceright{}"
    )
    assert escape("a -- b ``c'' ?` ,, <<") == "a -{}- b `{}`c'{}' ?{}` ,{}, <{}<"


@given(TITLES)
def test_any_title_is_read_back(title):
    assert _plain(_read(titled(title)).fields["title"]) == titled(title).title


@given(TITLES)
def test_any_institution_stays_whole(name):
    (author,) = _read(changed(W3, issuer=name)).persons["author"]
    assert author.first_names == author.prelast_names == author.lineage_names == []
    assert _plain(" ".join(author.last_names)) == name
