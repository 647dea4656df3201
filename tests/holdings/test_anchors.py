"""Whatever was published answers, in every form; and no link of the archive leads nowhere."""

from __future__ import annotations

import re

import pytest

from archive.model.passage import Anchor
from tests.conftest import ROOT, command, ledger_of, unanswered
from tests.holdings.conftest import DOCUMENTS
from tests.site.test_gates import anchors, dead_links, destinations, page_ids


def test_every_anchor_ever_published_answers_on_its_page(holdings):
    assert ledger_of(holdings.source)
    assert unanswered(holdings.source, holdings.site) == []


def test_every_anchor_ever_published_answers_in_its_pdf_and_in_that_of_all(holdings):
    everything = destinations(holdings.site / "archive.pdf")
    own = {}
    for anchor in ledger_of(holdings.source):
        name = Anchor.parse(anchor).document
        if name not in own:
            own[name] = destinations(holdings.site / "documents" / f"{name}.pdf")
        assert anchor in own[name]
        assert anchor in everything


def test_every_anchor_ever_published_is_in_the_inventory(holdings):
    assert set(ledger_of(holdings.source)) <= holdings.inventory().keys()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_page_and_pdf_of_a_document_have_the_same_anchors(holdings, document):
    found = anchors(page_ids(holdings, f"documents/{document}.html"))
    assert found
    assert found == anchors(destinations(holdings.site / "documents" / f"{document}.pdf"))


def test_every_link_inside_the_site_leads_to_something(holdings):
    assert list(dead_links(holdings)) == []


# --- What is said of the documents beside them

ADDRESS = re.compile(r"`((?:documents/|archive\.)[\w.-]+)(?:#(?:nameddest=)?([\w-]+))?`")


@pytest.mark.parametrize("name", ["README.md", "about.md"])
def test_every_address_that_readers_are_shown_answers(holdings, name):
    shown = ADDRESS.findall((ROOT / name).read_text("utf-8"))
    assert len(shown) > 1
    for address, anchor in shown:
        assert (holdings.site / address).is_file(), address
        if address.endswith(".html"):
            assert anchor in page_ids(holdings, address)
        elif address.endswith(".pdf"):
            assert anchor in destinations(holdings.site / address)


@pytest.mark.parametrize("name", ["README.md", "permanence.md"])
def test_the_citation_that_readers_are_shown_is_known_to_the_ledger(holdings, name):
    text = (ROOT / name).read_text("utf-8")
    (words,) = re.findall(r"-m archive (verify-citation .+)$", text, re.MULTILINE)
    done = command(holdings.source, *words.split())
    assert done.stdout.partition(":")[0] in {"live", "revised", "moved", "withdrawn"}
