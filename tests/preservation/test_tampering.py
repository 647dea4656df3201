"""Tampered copies: each is found though its manifest was made anew, by the rule that its row names.

The adversary keeps a copy of the archive, knows this engine, and holds every key but the archive's.
What the rows in ``BY_LEDGER`` change, the copy's own ledger convicts.  A history that was rewritten
whole agrees with itself: that is convicted by anything that was kept from before.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive.model.proof import Checkpoint
from archive.model.tree import Tree
from archive.preservation import RULES, CannotCheckError
from archive.preservation.expected import AtHand
from archive.preservation.folder import check_folder
from archive.preservation.ledger import read_citation
from archive.preservation.manifest import NAME
from archive.preservation.pages import shipped_scripts
from archive.preservation.words import words_of_source
from tests.citing import records_of
from tests.conftest import ROOT, Built, command, copy_root, once, sealed
from tests.preservation.forging import (
    RESOLUTION,
    STATEMENT,
    add,
    anchors_exchanged,
    append,
    attach,
    attached,
    bound,
    each,
    exchange,
    in_book,
    in_ledger,
    in_page,
    in_pdf,
    letters_changed,
    line_dropped,
    lines_exchanged,
    made_anew,
    of,
    page,
    place_lost,
    places_exchanged,
    redrawn,
    remove,
    swap,
    without_document,
)

SOURCE, PRINT, BOOK = f"documents/{STATEMENT}.md", f"documents/{STATEMENT}.pdf", "archive.epub"
LISTED = f"documents/{STATEMENT}.passages.json"
CHAPTER = f"documents/{STATEMENT}.xhtml"
P3, P4 = (rf'<p id="{STATEMENT}-p{number}">.*?</p>' for number in (3, 4))
S3, S4 = (rf"\({STATEMENT}-p{number}\)=\n.*?\n\n" for number in (3, 4))
A3, A4 = f"{STATEMENT}-p3", f"{STATEMENT}-p4"
NOT = ("212 samples", "213 samples")
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg"{}>{}</svg>'


def chapter(old: str, new: str):
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return in_book(CHAPTER, change)


# By name: what is done to the copy, and the rule that must find it.
BY_LEDGER = {
    # words in pages
    "a word of a passage": (swap(page(), *NOT), "words-differ"),
    "a word of a heading": (swap(page(), "The full letter<", "The letter<"), "words-differ"),
    "a word of a note": (swap(page(), "speaks of 25", "speaks of 26"), "words-differ"),
    "a word of another document": (swap(page(RESOLUTION), "14 of the", "15 of the"),
                                   "words-differ"),
    "a space taken out": (swap(page(), "not one proved", "notone proved"), "words-differ"),
    "a comma": (swap(page(), "before 1931.", "before, 1931."), "words-differ"),
    "a letter that looks the same": (swap(page(), "unlisted seed", "unlisted sееd"),
                                     "words-differ"),
    "a link around other words": (swap(page(), ">Farholm<", ">Gull Rock<"), "words-differ"),
    "a sentence left out": (swap(page(), " The section headings are the archive’s.", ""),
                            "words-differ"),
    "a sentence added in a passage": (swap(page(), "proved to be ill.",
                                           "proved to be ill. This is retracted."),
                                      "words-differ"),
    "a passage struck out by a script's tag": (swap(page(), "212 samples",
                                                    "<template>212</template> samples"),
                                               "words-differ"),
    "p3 and p4 exchange their anchors": (anchors_exchanged(page(), A3, A4), "words-differ"),
    "p3 and p4 exchange their places": (exchange(page(), P3, P4), "order-differs"),
    "an anchor taken away": (swap(page(), f'id="{A3}"', ""), "anchor-lost"),
    "an anchor twice": (in_page(f'<p id="{A3}">Other words.</p>'), "anchor-repeated"),
    "an anchor before its own": (swap(page(), '<section id="', f'<p id="{A3}">Other.</p>'
                                      '<section id="'), "words-differ"),
    "an anchor that nobody published": (in_page(f'<p id="{STATEMENT}-p9">New.</p>'),
                                        "ledger-lacks"),
    "a passage made a tombstone": (swap(page(), f'<p id="{A3}"', f'<p class="tombstone" id="{A3}"'),
                                   "words-differ"),
    "a passage hidden": (swap(page(), f'<p id="{A3}"', f'<p hidden id="{A3}"'), "words-hidden"),
    "a passage hidden by its style": (swap(page(), f'<p id="{A3}"',
                                           f'<p style="display:none" id="{A3}"'), "words-hidden"),
    "a section hidden": (swap(page(), f'<section id="{STATEMENT}-s2"',
                              f'<section hidden id="{STATEMENT}-s2"'), "words-hidden"),
    "words within a label": (swap(page(), ">P3</a>", ">P3</a>Not so: "), "words-differ"),
    "a page emptied": (add(page(), ""), "anchor-lost"),
    "a page of another kind": (add(page(), "%PDF-1.7\n"), "anchor-lost"),
    "a page taken away": (remove(page()), "anchor-lost"),
    # MyST copies
    "a word of the MyST copy": (swap(SOURCE, *NOT), "words-differ"),
    "a heading of the MyST copy": (swap(SOURCE, "## The full letter", "## The letter"),
                                   "words-differ"),
    "p3 and p4 exchanged in the MyST copy": (anchors_exchanged(SOURCE, A3, A4), "words-differ"),
    "p3 and p4 in another order in the MyST copy": (exchange(SOURCE, S3, S4), "order-differs"),
    "an anchor taken out of the MyST copy": (swap(SOURCE, f"({A3})=\n", ""), "anchor-lost"),
    "the MyST copy emptied": (add(SOURCE, ""), "anchor-lost"),
    "the MyST copy in another encoding": (add(SOURCE, b"\xff\xfe"), "words-unreadable"),
    "a word in a term of the MyST copy": (swap(SOURCE, "{term}`Farholm`", "{term}`Gull Rock`"),
                                          "words-differ"),
    # data
    "a word of the data": (swap(LISTED, *NOT), "words-differ"),
    "a fingerprint of the data": (swap(LISTED, '"text":"', '"text":" '), "words-differ"),
    "a passage left out of the data": (swap(LISTED, f'"anchor":"{A3}"', f'"anchor":"{A4}0"'),
                                       "anchor-lost"),
    "data that is none": (add(LISTED, "{}"), "words-unreadable"),
    "a word that texts are checked with": (swap(f"documents/{STATEMENT}.passages.js", *NOT),
                                           "shown-differs"),
    "a word of the dump": (swap("passages.jsonl", *NOT), "shown-differs"),
    "a document left out of the dump": (add("passages.jsonl", ""), "shown-differs"),
    "a word of the full text": (swap("llms-full.txt", *NOT), "shown-differs"),
    # print
    "the MyST copy in a PDF": (in_pdf(PRINT, attached(f"{STATEMENT}.md", lambda _: b"Other")),
                               "attachment-differs"),
    "the works cited in a PDF": (in_pdf(PRINT, attached(f"{STATEMENT}.bib", lambda _: b"@x{}")),
                                 "attachment-differs"),
    "the ledger in a PDF": (in_pdf(PRINT, attached(
        f"{STATEMENT}.ledger.jsonl", lambda data: data.replace(b"2024", b"2023"))),
        "attachment-differs"),
    "the ledger in a PDF cut": (in_pdf(PRINT, attached(
        f"{STATEMENT}.ledger.jsonl", lambda data: data.split(b"\n")[0] + b"\n")),
        "attachment-differs"),
    "something else in a PDF": (in_pdf(PRINT, attach("malware.exe", b"MZ")), "attachment-differs"),
    "a line of a PDF": (in_pdf(PRINT, redrawn(letters_changed)), "words-differ"),
    "a line left out of a PDF": (in_pdf(PRINT, redrawn(line_dropped)), "words-differ"),
    "two lines of a PDF": (in_pdf(PRINT, redrawn(lines_exchanged)), "words-differ"),
    "two places of a PDF": (in_pdf(PRINT, places_exchanged(A3, A4)), "words-differ"),
    "a place of a PDF": (in_pdf(PRINT, place_lost(A3)), "words-differ"),
    "two places of the whole archive's PDF": (in_pdf("archive.pdf", places_exchanged(A3, A4)),
                                              "words-differ"),
    "another document's PDF": (lambda copy: shutil.copy(
        copy / f"documents/{RESOLUTION}.pdf", copy / PRINT), "words-differ"),
    "a PDF that is none": (add(PRINT, b"%PDF-1.7\nnothing"), "words-unreadable"),
    # the EPUB
    "a word of the EPUB": (chapter(*NOT), "words-differ"),
    "p3 and p4 exchanged in the EPUB": (in_book(CHAPTER, lambda text: text.replace(A3, "\0")
                                                .replace(A4, A3).replace("\0", A4)),
                                        "words-differ"),
    "p3 and p4 in another order in the EPUB": (in_book(CHAPTER, lambda text: re.sub(
        f"({P3})(.*?)({P4})", r"\3\2\1", text, flags=re.DOTALL)), "order-differs"),
    "a chapter without its anchors": (in_book(CHAPTER, lambda text: text.replace(" id=", " x=")),
                                      "anchor-lost"),
    "a script in the EPUB": (chapter("</body>", "<script>alert(1)</script></body>"),
                             "script-foreign"),
    "a file of script in the EPUB": (in_book("x.js", lambda _: "alert(1)"), "script-foreign"),
    "a chapter that is no XML": (in_book(CHAPTER, lambda _: "<p>"), "words-unreadable"),
    "an EPUB that is none": (add(BOOK, b"PK nothing"), "words-unreadable"),
    # scripts
    "a script in a page": (in_page("<script>alert(1)</script>"), "script-foreign"),
    "a script in a page that is no document": (swap("about.html", "</body>",
                                                    "<script>alert(1)</script></body>"),
                                               "script-foreign"),
    "a script from elsewhere": (in_page('<script src="https://evil.example/x.js"></script>'),
                                "script-foreign"),
    "a script of the site": (each(add("_static/x.js", "alert(1)"),
                                  in_page('<script src="../_static/x.js"></script>')),
                             "script-foreign"),
    "a script under another name": (each(add("x.txt", "alert(1)"),
                                         in_page('<script src="../x.txt"></script>')),
                                    "script-foreign"),
    "an engine's script changed": (append("_static/cite.js", "\nalert(1)"), "script-foreign"),
    "what is searched as a script": (append("search-index/texts-0.js", "alert(1)"),
                                     "script-foreign"),
    "what texts are checked with as a script": (append("check-index/overview.js", "alert(1)"),
                                                "script-foreign"),
    "a handler": (in_page('<img src="x" onerror="alert(1)">'), "script-foreign"),
    "a link that runs": (in_page('<a href=" java\tscript:alert(1)">x</a>'), "script-foreign"),
    "a frame": (in_page('<iframe src="https://evil.example/"></iframe>'), "script-foreign"),
    "a page that leads on": (in_page('<meta http-equiv="refresh" content="0;url=//evil.example">'),
                             "script-foreign"),
    "a base address": (in_page('<base href="https://evil.example/">'), "script-foreign"),
    "a drawing that runs": (add("_images/x.svg", DRAWN.format("", "<script>1</script>")),
                            "script-foreign"),
    "a drawing with a handler": (add("_images/x.svg", DRAWN.format(' onload="alert(1)"', "")),
                                 "script-foreign"),
    "a drawing with a page in it": (add("_images/x.svg", DRAWN.format("", "<foreignObject/>")),
                                    "script-foreign"),
    "a page that nobody built": (add("new.html", "<script>alert(1)</script>"), "script-foreign"),
    # the ledger
    "an emptied ledger": (add("ledger.jsonl", b""), "ledger-lacks"),
    "no ledger": (remove("ledger.jsonl"), "ledger-missing"),
    "a ledger without a document": (without_document(STATEMENT), "ledger-lacks"),
    "a ledger without its last line": (in_ledger(lambda events: events[:-1]), "ledger-lacks"),
    "a ledger cut within a line": (lambda copy: add("ledger.jsonl", (copy / "ledger.jsonl")
                                                    .read_bytes()[:-9])(copy), "ledger-broken"),
    "a line that is no event": (append("ledger.jsonl", "{}\n"), "ledger-broken"),
    "a line that continues nothing": (append(
        "ledger.jsonl", json.dumps({"date": "2025-01-01", "event": "describe", "document": "x",
                                    "seal": "0" * 64, "after": "0" * 64}) + "\n"),
        "ledger-unbound"),
    "a line without its head": (lambda copy: add("ledger.jsonl", bound(
        [*_events(copy), {**_events(copy)[0], "anchor": "x-p1", "after": ""}])
        + json.dumps(_events(copy)[0]).replace("-s1", "-p99").encode() + b"\n")(copy),
        "ledger-unbound"),
    "another fingerprint": (of(A3, sha256="0" * 64), "words-differ"),
    "a passage that was withdrawn": (of(A3, event="withdraw"), "words-differ"),
    "an anchor that never was": (in_ledger(lambda events: [
        *events, {**events[0], "anchor": f"{STATEMENT}-p77"}]), "anchor-lost"),
    # records
    "a record with another head": (append(
        f"documents/{STATEMENT}.ris", f"N1  - ledger line 3, tree head {'0' * 64}\n"),
        "head-differs"),
    "a record with another line": (append(
        f"documents/{STATEMENT}.bib", f"% ledger line 3000, tree head {'0' * 64}\n"),
        "citation-differs"),
    "a tile": (append("tile/0/000.p/31", "x"), "head-differs"),
    "a tile of lines": (append("tile/entries/000.p/31", "x"), "head-differs"),
    "a tile more": (add("tile/1/000.p/1", b"x" * 32), "head-differs"),
    "a proof of another line": (swap(f"documents/{STATEMENT}.proof.json", '"line":1,',
                                     '"line":2,'), "head-differs"),
    "a proof of another fingerprint": (swap(f"documents/{STATEMENT}.proof.json",
                                            '"p1":"8', '"p1":"5'), "head-differs"),
    "a proof left out": (add(f"documents/{STATEMENT}.proof.json", '{"passages": []}'),
                         "head-differs"),
    "a proof of a form to come": (swap(f"documents/{STATEMENT}.proof.json", '"format":2',
                                       '"format":3'), "words-unreadable"),
    "a proof that is none": (add(f"documents/{STATEMENT}.proof.json", "[]"), "words-unreadable"),
    "a head of another ledger": (swap("ledger.head", "31", "30"), "head-differs"),
    "the head in the EPUB": (in_book("META-INF/ledger.head", lambda text: text.replace(
        "31", "30")), "head-differs"),
    "a checkpoint of another ledger": (add("checkpoint", str(Checkpoint(
        "x", replace(Tree([b"1"]).head(), size=31)))), "head-differs"),
    "a checkpoint that is none": (add("checkpoint", "31\n"), "words-unreadable"),
}  # fmt: skip


def _events(copy: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (copy / "ledger.jsonl").read_text().splitlines()]


@pytest.fixture(scope="session")
def published(archive_site: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic archive with all its forms, without what these tests do not touch."""

    def make(source: Path) -> Path:
        site = shutil.copytree(archive_site.site, source / "_build" / "html")
        for name in ("chronology.html", "glossary.html", "map.html", "search.html"):
            (site / name).unlink()
        return sealed(site)

    return once(tmp_path_factory, "whole", make)


@pytest.fixture(scope="session")
def scripts():
    return shipped_scripts(ROOT)


@pytest.fixture(scope="session")
def light(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without the PDF of the whole archive.  Tests only read it."""

    def make(copy: Path) -> Path:
        shutil.copytree(published, copy)
        (copy / "archive.pdf").unlink()
        made_anew(copy)
        return copy

    return once(tmp_path_factory, "light", make)


@pytest.fixture
def copy(published: Path, light: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy to tamper with; the PDF of the whole archive is there where a test names it."""
    is_whole = "all_its_forms" in request.node.name or "whole" in request.node.name
    return shutil.copytree(published if is_whole else light, tmp_path / "copy")


@pytest.fixture
def check(scripts):
    """The rules that a check of a copy finds broken, with the files in which they are."""

    def run(copy: Path, **at_hand: object) -> list[tuple[str, str]]:
        found = check_folder(copy, AtHand(scripts=scripts, **at_hand), lambda *_: None)
        findings = list(found)
        assert {finding.rule for finding in findings} <= RULES.keys()
        return [(finding.path, finding.rule) for finding in findings]

    return run


def test_the_untouched_copy_is_sound_in_all_its_forms(copy, check, scripts):
    found = check_folder(copy, AtHand(scripts=scripts), lambda *_: None)
    with pytest.raises(StopIteration) as end:
        next(found)
    assert end.value.value.words == 6 * 31  # page, data, MyST copy, EPUB, own PDF, whole PDF


@pytest.mark.parametrize("name", BY_LEDGER)
def test_its_own_ledger_convicts_a_copy_whose_manifest_was_made_anew(name, copy, check):
    tamper, rule = BY_LEDGER[name]
    tamper(copy)
    made_anew(copy)
    assert rule in {found for _, found in check(copy)}


BY_MANIFEST = {
    "_headers": (append("_headers", "/*\n  X: y\n"), "file-altered"),
    "_redirects": (append("_redirects", "/* https://evil.example 301\n"), "file-altered"),
    "no _headers": (remove("_headers"), "file-missing"),
    "sizes": (append("sizes.txt", "1 x\n"), "file-altered"),
    "a style sheet": (append("_static/archive.css", "p{display:none}"), "file-altered"),
    "a record": (append(f"documents/{STATEMENT}.ris", "x"), "file-altered"),
    "a file more": (add("new.txt", "new"), "file-extra"),
    "a file less": (remove("atom.xml"), "file-missing"),
    "a page": (append(page(), " "), "file-altered"),
    "the ledger": (append("ledger.jsonl", "\n"), "file-altered"),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_MANIFEST)
def test_its_manifest_convicts_a_copy_that_was_changed_after_it(name, copy, check):
    tamper, rule = BY_MANIFEST[name]
    tamper(copy)
    assert rule in {found for _, found in check(copy)}


# A history that was rewritten whole: the keeper builds everything anew with this very engine


@pytest.fixture(scope="session")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as if p3 had always said something else."""

    def make(source: Path) -> Path:
        copy_root("archive", source)
        for attestation in source.glob("documents/*.attestation.json"):
            attestation.unlink()
        swap(SOURCE, *NOT)(source)
        said = words_of_source((source / SOURCE).read_text("utf-8")).said[A3]
        of(A3, sha256=said.sha256)(source)
        done = command(source, "build")
        assert done.returncode == 0, done.stdout + done.stderr
        return sealed(source / "_build" / "html")

    return once(tmp_path_factory, "rewritten", make)


def _record(copy: Path) -> dict[str, str]:
    """What a reader cited of p3 before."""
    lines = (copy / "ledger.jsonl").read_bytes().splitlines()
    line = next(number for number, each in enumerate(lines, start=1) if A3.encode() in each)
    sha256 = json.loads(lines[line - 1])["sha256"]
    head = Tree(lines).head(line)
    words = f"SHA-256 {sha256}; ledger line {line}, tree head {head.root}"
    address = f"https://isles.example/documents/{STATEMENT}.html#{A3}"
    return {
        "ris": f"TY  - RPRT\nUR  - {address}\nN1  - {words}.\nER  - \n",
        "bibtex": f"@report{{x,\n  url = {{{address}}},\n  annote = {{{words}.}},\n}}\n",
        "csl": json.dumps([{"URL": address, "note": words}]),
        "words": f"Keepers’ statement, para. 3, {address}\n  SHA-256\n {sha256};\n ledger line "
        f"{line},\n tree head {head.root}.",
        "anchor last": f"{words}, {address}",
    }


def test_one_citation_convicts_a_history_that_was_rewritten(light, rewritten, check):
    told = [("ledger.jsonl", "head-differs"), ("ledger.jsonl", "citation-differs")]
    assert check(rewritten) == []
    forms = [read_citation(record) for record in _record(light).values()]
    assert [cited[0].anchor for cited in forms] == [A3] * 5
    assert check(light, cited=[each for cited in forms for each in cited]) == []
    for cited in forms:
        assert check(rewritten, cited=cited) == told, cited


@pytest.mark.parametrize(("old", "new"), [(A3, A4), ("SHA-256 ", f"SHA-256 {'0' * 64} SHA-256 0")])
def test_a_citation_of_another_passage_is_told(old, new, copy, check):
    text = _record(copy)["ris"]
    if old == "SHA-256 ":
        digest = text.partition(old)[2][:64]
        text = text.replace(digest, "0" * 64)
    else:
        text = text.replace(old, new)
    found = check(copy, cited=read_citation(text))
    assert found == [("ledger.jsonl", "citation-differs")]


def test_a_head_ledger_or_manifest_kept_from_before_convicts_it(copy, rewritten, check):
    lines = (copy / "ledger.jsonl").read_bytes()
    head = str(Checkpoint("isles.example", Tree(lines.splitlines()).head(20))).encode()
    manifest = (copy / NAME).read_bytes()
    assert check(copy, head=head, ledger=lines, manifest=manifest) == []
    assert check(rewritten, head=head) == [("ledger.jsonl", "head-differs")]
    assert ("ledger.jsonl", "ledger-differs") in check(rewritten, ledger=lines)
    assert (NAME, "file-altered") in check(rewritten, manifest=manifest)


def test_what_a_page_offers_to_be_saved_is_such_a_citation(published, light, rewritten, check):
    records = records_of(Built(published.parent.parent, published, "", 0), A3)
    assert len(records) == 4  # BibLaTeX, BibTeX, RIS and CSL-JSON
    for saved in records.values():
        cited = read_citation(saved)
        assert cited[0].anchor == A3
        assert check(light, cited=cited) == []
        assert ("ledger.jsonl", "head-differs") in check(rewritten, cited=cited)


def test_a_copy_that_is_behind_a_head_is_told(copy, check):
    lines = [*(copy / "ledger.jsonl").read_bytes().splitlines(), b"{}"]
    head = str(Checkpoint("isles.example", Tree(lines).head())).encode()
    assert check(copy, head=head) == [("ledger.jsonl", "citation-differs")]


@pytest.mark.parametrize("text", ["", "TY  - RPRT\nER  - \n", "ledger line x, tree head y"])
def test_a_citation_without_a_head_is_told(text):
    with pytest.raises(CannotCheckError, match="names no tree head"):
        read_citation(text)
