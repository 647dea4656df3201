"""A link stays in the PDF where its target is printed too, and else leads to the web."""

from __future__ import annotations

import re
from importlib.resources import files

from archive.pdf import code
from archive.pdf.pages import Addresses
from archive.pdf.press import Press
from tests.conftest import build, pdftotext

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


def test_in_the_combined_pdf_only_labels_subjects_and_the_front_page_lead_to_the_site(combined):
    ours = {address for address in _addresses(combined) if address.startswith(HOST)}
    labels = {
        link.address
        for link in combined.links
        if link.address in ours
        and (
            link.left < 100 or link.address.endswith("#kitchen-p9")  # a figure: its label is inside
        )
    }
    assert f"{HOST}documents/plain.html#plain-p1" in labels
    subjects = {address for address in ours if address.startswith(f"{HOST}subjects/")}
    assert subjects  # pages that only the site has
    assert ours - labels - subjects == {HOST}


def test_an_internal_link_leads_to_its_target(plain, combined):
    for pdf in (plain, combined):
        assert {pdf.destinations["plain-p1"], pdf.destinations["cite-one"]} <= _targets(pdf)


def test_a_work_is_reached_in_print_also_where_the_site_divides_the_bibliography():
    addresses = Addresses(HOST, {"references"}.__contains__, {"references/f": "references"})
    place = "references/f.html#cite-one"
    assert addresses.resolve(place) == ("references#cite-one", f"{HOST}{place}")


def test_links_to_elsewhere_stay_as_they_are(kitchen):
    assert {"https://example.org/a?b=c&d=e#f", "https://example.org/bare"} <= _addresses(kitchen)


def test_an_address_in_a_script_that_no_font_has_is_printed_as_a_uri(plain, combined):
    """One letter of it lost the PDF of the whole archive."""
    uri = "https://example.org/%E5%A0%B1%E5%91%8A"
    for pdf in (plain, combined):
        assert uri in _addresses(pdf)
        assert uri in "".join(pdftotext(pdf.path).split())


def test_no_link_is_without_a_target(plain, kitchen, combined):
    for pdf in (plain, kitchen, combined):
        assert all(
            link.target or re.match(r"https?://|mailto:", link.address) for link in pdf.links
        )


def test_a_link_within_a_pdf_tells_the_page_that_it_leads_to(combined):
    """So that a reader who hears the PDF is told."""
    numbers = {page.obj.objgen: at for at, page in enumerate(combined.pdf.pages, 1)}
    links = [link for page in combined.pdf.pages for link in page.get("/Annots", [])]
    told = [(link, match[1]) for link in links
            if (match := re.fullmatch("Page ([0-9]+)", str(link.Contents)))]  # fmt: skip
    assert told
    assert all(numbers[link.Dest[0].objgen] == int(number) for link, number in told)


def test_without_a_hosted_address_nothing_is_printed(small_archive):
    source = small_archive("print")
    done = build(source, "-D", "html_baseurl=", builder="pdf")
    assert done.code != 0
    assert "html_baseurl is empty" in done.output


def _links_at_the_foot(count):
    """Pages that end with a link to the passage at the top of the next, lines of every length."""
    labels = [code.string(f"next#{number}") for number in range(count)]
    body = []
    for number, label in enumerate(labels):
        words = code.string("word " * (20 + number // 15))
        link = code.call("archive-link", '"passage"', label, '""', code.string("what comes next"))
        body += [
            "pagebreak(weak: true)", f"v({632 + number % 15 * 2}pt)",
            code.call("paragraph", code.block([words, link])),
            code.call("paragraph", code.block([code.call("anchor", label), words])),
        ]  # fmt: skip
    printed = "".join(f"{label}: {number}, " for number, label in enumerate(labels))
    return "\n".join([
        '#import "/template.typ": *', f"#let archive-link = archive-link.with(({printed}))",
        '#show: edition.with(title: "Links")', f"#{code.block(body)}",
        f"#publish-positions({code.array(labels)})",
    ])  # fmt: skip


def test_the_layout_converges_where_the_number_of_a_page_begins_a_new_page(tmp_path):
    template = files("archive.pdf") / "template.typ"
    (tmp_path / "template.typ").write_bytes(template.read_bytes())
    source = tmp_path / "links.typ"
    source.write_text(_links_at_the_foot(300), "utf-8")
    assert Press(tmp_path, 0, 1).compile(source).warnings == ()


def test_a_list_of_mentions_has_the_pages_of_each_document(combined):
    """So that the glossary is an index of names on paper, too."""
    text = " ".join(pdftotext(combined.path).split())
    said = re.search(r"Mentioned in Plain letter ([A-Z0-9, ]+) \(pp?\.\s(\d+)", text)
    first = said[1].partition(",")[0].lower()
    assert int(said[2]) == combined.destinations[f"plain-{first}"].page
