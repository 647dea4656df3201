"""Web pages come in whole, and nothing of what surrounds them; what is left out is told."""

from __future__ import annotations

import http.server
import io
import json
import threading
from argparse import Namespace

import pytest

from archive.commands import import_document
from archive.importing import Finding, Form, RefusedError, importer, main_text
from archive.importing.readers import web
from archive.importing.source_text import fingerprint
from tests.importing import pages
from tests.importing.conftest import ASKED, IN

TEXT = "<p>{} the committee heard eleven reporters, and said what the law leaves open.</p>"
PROSE = "".join(TEXT.format(n) for n in ("First", "Then", "Later", "Last"))


@pytest.mark.parametrize("layout", [pages.promo_first, pages.crowded])
def test_a_crowded_page_comes_in_whole_and_nothing_else(layout):
    story = pages.story(1)
    text = importer.read(layout(story).encode(), "a.html")
    said = [each.text for each in text.blocks if each.form is Form.PARAGRAPH]
    assert said == list(story.paragraphs)
    assert [note.text for note in text.notes] == [story.note]
    assert pages.score(text, story.right)[0] == 1
    assert not pages.is_warned(text)


@pytest.fixture
def asked(monkeypatch):
    """What the two libraries say, in their place: the numbers of elements, and a text."""

    def say(kept=(), extracted=""):
        monkeypatch.setattr(web, "_asked", lambda _: {"kept": list(kept), "extracted": extracted})

    say()
    return say


def read(body, main=""):
    return web.read(f"<!doctype html><html><body>{body}".encode(), main)


def remarks(text, finding):
    return [remark for remark in text.remarks if remark.finding is finding]


def test_what_a_page_hides_is_told_and_does_not_come_in(asked):
    text = read(f'<p hidden>Six people read a draft.</p><i style="x:y; DISPLAY:none">No</i>{PROSE}')
    assert len(text.blocks) == 4
    assert [each.words for each in remarks(text, Finding.LOST)] == [
        "Six people read a draft.",
        "No",
    ]
    shown = read(f'<div style="visibility: hidden">{PROSE}</div>')  # until a script has run
    assert len(shown.blocks) == 4
    assert "hidden" in remarks(shown, Finding.FLAG)[0].what


def test_a_form_around_the_page_is_no_furniture(asked):
    asked(range(3, 9), "")
    text = read(f'<form action="a.aspx"><div>{PROSE}</div><button>Send</button></form>')
    assert len(text.blocks) == 4
    assert "button" in remarks(text, Finding.LOST)[0].what


def test_a_mark_without_its_note_is_told_and_is_no_word(asked):
    text = read('<p>The originals had not arrived.<sup><a href="#fn1">1</a></sup> They may.</p>')
    assert text.blocks[0].text == "The originals had not arrived. They may."
    assert "leads to no note" in remarks(text, Finding.FLAG)[0].what


def test_a_table_of_contents_makes_no_notes_of_sections(asked):
    text = read(f'<p><a href="#s1">1</a> Facts</p><section id="s1"><h2>Facts</h2>{PROSE}</section>')
    assert text.notes == ()
    assert len(text.blocks) == 6


def test_the_editor_names_the_element_and_the_report_names_the_candidates(asked):
    other = "<article class='b c'><p>Sign now.</p></article>"
    body = f"{other}<div class=c><div>{PROSE}</div></div>"
    listed = read(body).candidates
    assert any("MAIN=article: 2 words, “Sign now. …”" in each for each in listed)
    assert [block.text for block in read(body, "article").blocks] == ["Sign now."]
    for selector, said in (("div[", "no CSS selector"), ("#none", "No element with words")):
        with pytest.raises(RefusedError, match=said):
            read(body, selector)


def test_methods_that_differ_are_a_doubt_and_a_choice_of_the_editor_is_none(asked):
    asked([2, 3], PROSE.replace("<p>", "").replace("</p>", "\n"))
    body = f"<div><p>Sign now, and send a friend to this page.</p></div><div>{PROSE}</div>"
    body += f"<div>{'More was said in another room, and nobody wrote it down at all. ' * 3}</div>"
    assert "differ" in remarks(read(body), Finding.DOUBT)[0].what
    assert not remarks(read(body, "div:nth-of-type(2)"), Finding.DOUBT)


def test_a_main_text_far_smaller_than_what_is_left_is_a_doubt(asked):
    asked([2, 3], "Sign now, and send a friend to this page.")
    text = read(f"<div><p>Sign now, and send a friend to this page.</p></div><div>{PROSE}</div>")
    assert len(text.blocks) == 1
    assert "52 in sentences" in remarks(text, Finding.DOUBT)[0].what


def test_nothing_in_doubt_becomes_a_draft_before_it_is_confirmed(archive, asked, capsys):
    asked([2, 3], "Sign now, and send a friend to this page.")
    page = archive / "page.html"
    page.write_text(
        f"<!doctype html><html><body><div><p>Sign now, and send a friend to this page.</p></div>"
        f"<div>{PROSE}</div>", "utf-8",
    )  # fmt: skip
    arguments = {"file": page, "id": "oil", **ASKED}
    assert import_document.run(Namespace(**arguments), archive) == 4
    said = capsys.readouterr().out
    assert "9 of 61 are in the text" in said
    assert "1: 52 words, “First the committee heard" in said.replace("line ", "")
    assert "No draft was written" in said
    assert not (archive / "documents" / "oil.md").exists()
    look = (archive / "work" / "oil.look.html").read_text("utf-8")
    assert '<p class="taken" dir="auto">Sign now' in look
    assert "52 in sentences" in (archive / "work" / "oil.report.txt").read_text("utf-8")
    assert import_document.run(Namespace(**{**arguments, "accept": True}), archive) == 0
    assert (archive / "documents" / "oil.md").exists()


def test_what_the_editor_tells_stands_in_the_record(archive, asked):
    page = archive / "page.html"
    page.write_text(f"<!doctype html><html><body>{PROSE}", "utf-8")
    told = {"title": "On Orders: One", "issuer": "The Union", "date": "2019-05"}
    assert import_document.run(Namespace(file=page, id="oil", **{**ASKED, **told}), archive) == 0
    record = (archive / "documents" / "oil.md").read_text("utf-8")
    for line in ('title: "On Orders: One"', "issuer: The Union", "date: 2019-05"):
        assert f"\n{line}\n" in record


@pytest.mark.parametrize(("data", "said", "stray"), [
    ("<meta charset=gb2312>镕声".encode("gb18030"), "镕声", 0),
    ("<meta charset=iso-8859-1>“Öl”".encode("cp1252"), "“Öl”", 0),
    ("<meta charset=utf-8>Öl ".encode() + b"\xe9t\xe9 " + "Öl ".encode() * 300, "Öl", 2),
    ("Öl".encode("utf-16"), "Öl", 0),
])  # fmt: skip
def test_a_page_is_read_as_browsers_read_it(data, said, stray):
    page, told = web.decoded(data)
    assert said in page
    assert [each.what[:2] for each in told] == ([f"{stray} "] if stray else [])


def test_a_page_that_declares_another_encoding_than_it_has_is_to_be_confirmed():
    page = "<meta charset=utf-8><p>" + "كتب الصحفي رسالة إلى الوزير عن حرية الصحافة. " * 5
    said, told = web.decoded(page.encode("cp1256"))
    assert said == page
    assert [(each.finding, each.what[-7:]) for each in told] == [(Finding.DOUBT, "cp1256.")]


def test_structured_data_and_time_give_the_date():
    ld = '{"@graph":[{"@type":"NewsArticle","datePublished":"2020-02-03","headline":"Oil"}]}'
    for head, date, title in (
        (f'<script type="application/ld+json">{ld}</script>', "2020-02-03", "Oil"),
        ('<time datetime="2019-01-02">yesterday</time>', "2019-01-02", "A"),
    ):
        root = web._parsed(f"<html><head><title>A</title></head><body>{head}</body></html>")
        found = web.properties(root, web.structured(root))
        assert (found.date, found.title) == (date, title)


def test_a_text_taken_from_a_page_is_found_in_it():
    page = [["a", "b", "c", "d", "e"], ["menu"], ["a", "b", "c", "x", "f"], ["foot", "er"]]
    assert main_text.covered(page, ["a", "b", "c", "d", "e", "a", "b", "c", "x", "f"]) == [
        1, 0, 1, 0,
    ]  # fmt: skip
    assert main_text.covered(page, ["a", "b"]) == [0, 0, 0, 0]


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<!doctype html><html><body>{PROSE}".encode())

    def log_message(self, *_):
        pass


def test_an_address_is_fetched_only_where_that_is_asked_for(archive, asked, capsys):
    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    address = f"http://127.0.0.1:{server.server_port}/oil"
    arguments = {"file": address, "id": "oil", **ASKED}
    assert import_document.run(Namespace(**arguments), archive) == 1
    assert "FETCH=1" in capsys.readouterr().err
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    assert import_document.run(Namespace(**{**arguments, "fetch": True}), archive) == 0
    thread.join()
    server.server_close()
    kept = json.loads((archive / "work" / "oil.capture.json").read_text("utf-8"))
    assert kept["sha256"] == fingerprint((archive / "work" / "oil.capture").read_bytes())
    assert f'address: "{address}"' in (archive / "documents" / "oil.md").read_text("utf-8")


def test_standard_input_is_read_by_its_content(archive, monkeypatch):
    data = (IN / "footnotes-and-endnotes.docx").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert import_document.run(Namespace(**{"file": "-", "id": "oil", **ASKED}), archive) == 0
    assert "title: A Statement on Lamps" in (archive / "documents" / "oil.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["-dash.txt", "file:///etc/passwd", "ftp://a.example/b"])
def test_a_strange_name_is_told_in_one_line(archive, capsys, name):
    assert import_document.run(Namespace(**{"file": name, "id": "oil", **ASKED}), archive) == 1
    assert "To mend: " in capsys.readouterr().err
