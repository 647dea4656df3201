"""The versions of one text are printed together, one below the other, and verified."""

from __future__ import annotations

import io
from hashlib import sha256

import pikepdf

from archive.preservation import ledger
from archive.preservation.pages import Scripts
from archive.preservation.proof import Proof, order, wants
from archive.preservation.site import files
from tests.conftest import pdftotext
from tests.pdf.conftest import Print
from tests.preservation.test_damages import _in_print

BESIDE = "documents/lights-en.versions.pdf"


def test_each_passage_stands_below_how_it_is_cited_aligned(versions_print):
    pdf = Print(versions_print.site / BESIDE)
    assert {"lights-en-a3", "lights-fr-a3", "lights-ar-a3", "lights-zh-a3"} <= {*pdf.destinations}
    assert not {name for name in pdf.destinations if "-n1" in name}
    said = " ".join(pdftotext(versions_print.site / BESIDE).split())
    french = "Lights covenant, art. 3 (French version) Un journaliste peut imprimer"
    assert "art. 3 Lights covenant, art. 3 (English version) A journalist may print" in said
    assert french in said
    assert "No passage of this version stands at this place." in said
    links = {link.address for link in pdf.links if link.address}
    assert any(each.endswith("documents/lights-fr.html#lights-fr-a3") for each in links)


def test_its_page_leads_to_it(versions_site):
    page = versions_site.page(BESIDE.replace(".pdf", ".html"))
    assert page.find("a", type="application/pdf")["href"] == "lights-en.versions.pdf"


def test_what_it_says_is_held_against_the_pages_of_all_versions(versions_print):
    site = versions_print.site
    paths = [each.path for each in files(site) if not each.path.endswith(".pdf")]
    digests = {each: sha256((site / each).read_bytes()).hexdigest() for each in [*paths, BESIDE]}
    proof = Proof(ledger.read((site / "ledger.jsonl").read_bytes()), digests, Scripts())
    for path in sorted(filter(wants, paths), key=order):
        list(proof.read(path, (site / path).read_bytes()))
    data = (site / BESIDE).read_bytes()
    assert list(proof.read(BESIDE, data)) == []
    for old, new in (("journalist", "journaliet"), ("French", "Frenth")):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            _in_print(old, new)(pdf)
            made = io.BytesIO()
            pdf.save(made)
        proof.digests = {**proof.digests, BESIDE: sha256(made.getvalue()).hexdigest()}
        assert list(proof.read(BESIDE, made.getvalue())), old
