"""Several authors, persons and bodies, in every form; each read back where a parser reads it."""

import pytest
import rispy
from pybtex.database import parse_string

from archive.citation import bibtex, csl, plain, works_export
from archive.citation.formatted import apa, apa_in_text, bluebook, chicago, mla, oscola
from archive.citation.metadata import metadata, report
from archive.model.agents import Agent, Person
from archive.model.record import Extent
from tests.citation.samples import HOSTILE, STATEMENT, changed

BODY = Agent(body="Council of Sands, Dunes and Reefs", role=("author",))
DOE = Agent(person=Person("Doe", "Jane Mary"), role=("author",))
KING = Agent(person=Person("King", "Jean-Paul", "Jr."), role=("author",))
LONG = Agent(person=Person("García Márquez", "Ana"), role=("issuer",))
JUDGE = Agent(person=Person("Roe", "Richard"), role=("judge",))


def by(*agents):
    """A reference to a document by these agents, and a judge whom nobody cites."""
    return changed(STATEMENT, issuer=None, issuer_address=None, agents=(*agents, JUDGE))


@pytest.mark.parametrize(("agents", "starts"), [
    ((DOE,), ("Jane Mary Doe, ", "Doe, J. M. (", "(Doe, ", "Doe, Jane Mary. ", "Jane Mary Doe, ",
              "Jane Mary Doe, ")),
    ((KING,), ("Jean-Paul King Jr., ", "King, J.-P., Jr. (", "(King, ", "King, Jean-Paul, Jr. ",
               "Jean-Paul King Jr., ", "Jean-Paul King Jr., ")),
    ((DOE, LONG), (
        "Jane Mary Doe and Ana García Márquez, ", "Doe, J. M., & García Márquez, A. (",
        "(Doe & García Márquez, ", "Doe, Jane Mary, and Ana García Márquez. ",
        "Jane Mary Doe & Ana García Márquez, ", "Jane Mary Doe and Ana García Márquez, ")),
    ((BODY, DOE), (
        f"{BODY.body} and Jane Mary Doe, ", f"{BODY.body} & Doe, J. M. (", f"({BODY.body} & Doe, ",
        f"{BODY.body} and Jane Mary Doe. ", f"{BODY.body} & Jane Mary Doe, ",
        f"{BODY.body} and Jane Mary Doe, ")),
    ((DOE, KING, LONG), (
        "Jane Mary Doe et al., ", "Doe, J. M., King, J.-P., Jr., & García Márquez, A. (",
        "(Doe et al., ", "Doe, Jane Mary, et al. ", "Jane Mary Doe et al., ",
        "Jane Mary Doe, Jean-Paul King Jr. and Ana García Márquez, ")),
    ((DOE, KING, LONG, BODY), (
        "Jane Mary Doe et al., ",
        f"Doe, J. M., King, J.-P., Jr., García Márquez, A., & {BODY.body}. (", "(Doe et al., ",
        "Doe, Jane Mary, et al. ", "Jane Mary Doe et al., ", "Jane Mary Doe and others, ")),
])  # fmt: skip
def test_authors_in_the_styles(agents, starts):
    """Chicago 14.76, APA 9.8 and 8.17, MLA 5.5, Bluebook 15.1, OSCOLA 3.1.1."""
    reference = by(*agents)
    styles = (chicago, apa, apa_in_text, mla, bluebook, oscola)
    for style, start in zip(styles, starts, strict=True):
        assert plain(style(reference)).startswith(start)


def test_apa_names_twenty_authors_and_of_more_the_last():
    many = [Agent(person=Person(f"Doe{n}"), role=("author",)) for n in range(1, 22)]
    assert "Doe19, & Doe20. (" in plain(apa(by(*many[:20])))
    assert "Doe19, . . . Doe21. (" in plain(apa(by(*many)))


def test_managers_read_persons_as_persons_and_bodies_whole():
    reference = by(BODY, KING, LONG)
    (entry,) = parse_string(bibtex.entry(reference), "bibtex").entries.values()
    body, king, long = entry.persons["author"]
    assert (body.first_names, body.last_names) == ([], [f"{{{BODY.body}}}"])
    assert (king.first_names, king.last_names, king.lineage_names) == (
        ["Jean-Paul"], ["King"], ["Jr."]
    )  # fmt: skip
    assert (long.first_names, long.last_names) == (["Ana"], ["García", "Márquez"])
    (record,) = rispy.loads(works_export.ris_record(reference))
    assert record["authors"] == [
        "Council of Sands Dunes and Reefs,", "King, Jean-Paul, Jr.", "García Márquez, Ana"
    ]  # fmt: skip
    assert csl.item(reference)["author"] == [
        {"literal": BODY.body},
        {"family": "King", "given": "Jean-Paul", "suffix": "Jr."},
        {"family": "García Márquez", "given": "Ana"},
    ]
    metas = metadata(reference, "A statement.")
    # Zotero drops what follows a second comma of citation_author.
    assert [meta.content for meta in metas if meta.key == "citation_author"] == [
        "Council of Sands Dunes and Reefs,", "King Jr., Jean-Paul", "García Márquez, Ana"
    ]  # fmt: skip
    assert [meta.content for meta in metas if meta.key == "DC.contributor"] == [
        BODY.body, "King, Jean-Paul, Jr.", "García Márquez, Ana"
    ]  # fmt: skip


def test_a_name_with_a_comma_is_exact_wherever_the_format_allows():
    body = Agent(body="Reporters of the Isle, Inc.", role=("author",))
    reference = by(body)
    exact = body.body
    (record,) = rispy.loads(works_export.ris_record(reference))
    assert record["authors"] == ["Reporters of the Isle Inc.,"]  # which Zotero would divide
    assert record["notes"][0].endswith(f"Written in full, the name is “{exact}”.")
    assert "Written in full" not in works_export.ris_record(by(KING))
    assert f"author        = {{{{{exact}}}}}" in bibtex.entry(reference)
    assert csl.item(reference)["author"] == [{"literal": exact}]
    assert report(reference)["isBasedOn"]["author"]["name"] == exact
    head = [(meta.key, meta.content) for meta in metadata(reference, "A statement.")]
    assert ("DC.contributor", exact) in head
    assert ("citation_author", "Reporters of the Isle Inc.,") in head


@pytest.mark.parametrize(("person", "content"), [
    (Person("García Márquez", "Ana María"), "García Márquez, Ana María;"),  # two people without
    (Person("Fairweather", "Ruth Ann", "Jr."), "Fairweather Jr., Ruth Ann;"),
    (Person("van der Velde", "Anna"), "van der Velde, Anna"),
    (Person("Pelé"), "Pelé,"),
])  # fmt: skip
def test_one_person_is_one_in_a_head(person, content):
    metas = metadata(by(Agent(person=person, role=("author",))), "A statement.")
    assert [meta.content for meta in metas if meta.key == "citation_author"] == [content]


def test_a_name_that_bibtex_would_divide_stays_one():
    reference = by(Agent(person=Person("Sand and Reef", "Ann"), role=("author",)))
    (entry,) = parse_string(bibtex.entry(reference), "bibtex").entries.values()
    (author,) = entry.persons["author"]
    assert author.last_names == ["{Sand and Reef}"]


@pytest.mark.parametrize("text", [text.replace(",", "") for text in HOSTILE])
def test_a_name_made_to_do_harm_is_the_name_of_one_person(text):
    reference = by(Agent(person=Person(text, "Ann"), role=("author",)), DOE)
    (entry,) = parse_string(bibtex.entry(reference), "bibtex").entries.values()
    assert [person.first_names for person in entry.persons["author"]] == [["Ann"], ["Jane"]]
    (record,) = rispy.loads(works_export.ris_record(reference))
    assert [name.rpartition(", ")[2] for name in record["authors"]] == ["Ann", "Jane Mary"]
    assert works_export.ris_record(reference).count("\nTY  - ") == 0


def test_json_ld_names_authors_and_what_others_did_with_the_original():
    known = Agent(body="Guild", role=("author",), authority="https://viaf.org/viaf/1")
    data = report(by(DOE, known))
    assert data["isBasedOn"]["author"] == [
        {"@type": "Person", "name": "Jane Mary Doe", "familyName": "Doe", "givenName": "Jane Mary"},
        {"@type": "Organization", "name": "Guild", "sameAs": "https://viaf.org/viaf/1"},
    ]
    roles = {(each["roleName"], each["contributor"]["name"])
             for each in data["isBasedOn"]["contributor"]}  # fmt: skip
    assert roles == {("author", "Jane Mary Doe"), ("author", "Guild"), ("judge", "Richard Roe")}


def test_a_document_held_in_part_is_cited_as_such():
    held = changed(STATEMENT, extent=Extent("leaves 1 to 3", "leaf 4", "Lost: in a flood."))
    assert "statement, held in part (" in plain(chicago(held))
    assert "[Statement, held in part, rewritten by the publisher]" in plain(apa(held))
    assert plain(bluebook(held)).endswith(
        " (held in part, rewritten by the Press Freedom Archive)."
    )
    said = "The archive holds it in part, leaves 1 to 3, and not leaf 4 (Lost: in a flood)."
    assert said in csl.item(held)["custom"]["note"]
    assert csl.item(held)["genre"] == "Statement, held in part"
    assert report(held)["creativeWorkStatus"] == (
        "Incomplete. Held in part: leaves 1 to 3. Not held: leaf 4. Lost: in a flood."
    )
