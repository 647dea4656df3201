"""A link stays in the PDF where its target is printed too, and else leads to the web."""

from __future__ import annotations

from tests.conftest import build

HOST = "https://archive.example/"


def _addresses(pdf):
    return {link.address for link in pdf.links if link.address}


def _targets(pdf):
    return {link.target for link in pdf.links if link.target}


def test_another_documents_passage_is_reached_at_its_hosted_address(plain, kitchen):
    assert f"{HOST}documents/kitchen.html#kitchen-p1" in _addresses(plain)
    assert f"{HOST}documents/plain.html#plain-p2" in _addresses(kitchen)


def test_pages_and_glossary_entries_are_reached_at_their_hosted_address(plain):
    assert f"{HOST}about.html#about-policy" in _addresses(plain)
    assert f"{HOST}glossary.html#term-First-Institute" in _addresses(plain)


def test_in_the_combined_pdf_only_labels_and_the_front_page_lead_to_the_archives_site(combined):
    ours = {address for address in _addresses(combined) if address.startswith(HOST)}
    labels = {link.address for link in combined.links if link.address in ours and link.left < 100}
    assert f"{HOST}documents/plain.html#plain-p1" in labels
    assert ours - labels == {HOST}


def test_an_internal_link_leads_to_its_target(plain, combined):
    for pdf in (plain, combined):
        passage, work = pdf.destinations["plain-p1"], pdf.destinations["cite-one"]
        targets = _targets(pdf)
        for place in (passage, work):
            assert any(
                target.page == place.page and abs(target.top - place.top) < 20 for target in targets
            )


def test_links_to_elsewhere_stay_as_they_are(kitchen):
    assert {"https://example.org/a?b=c&d=e#f", "https://example.org/bare"} <= _addresses(kitchen)


def test_no_link_is_without_a_target(plain, kitchen, combined):
    for pdf in (plain, kitchen, combined):
        assert all(link.address or link.target for link in pdf.links)


def test_without_a_hosted_address_nothing_is_printed(small_archive):
    source = small_archive("print")
    done = build(source, "-D", "html_baseurl=", builder="pdf")
    assert done.code != 0
    assert "html_baseurl is empty" in done.output
