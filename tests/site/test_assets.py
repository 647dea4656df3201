"""A file beside a page is an image that only shows, or a download that no browser runs."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from archive.site.read.sources import refused_download, refused_image
from tests.conftest import ROOTS, command, edit

DOT = (ROOTS / "test-print/documents/dot.png").read_bytes()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{0}>{1}</svg>'


def drawn(content="", attributes=""):
    return SVG.format(attributes, content).encode()


def image(form, **options):
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, form, **options)
    return file.getvalue()


IMAGES = {
    "dot.png": DOT,
    "dot.PNG": DOT,
    "dot.jpg": image("JPEG"),
    "dot.jpeg": image("JPEG"),
    "dot.gif": image("GIF"),
    "dot.webp": image("WEBP"),
    "shapes.svg": drawn('<g id="a"><path d="M0 0h1"/></g><use href="#a"/><use xlink:href="#a"/>'),
    "paint.svg": drawn('<rect fill="url(#p)" style="stroke: url(\'#p\')"/><style>a{b:c}</style>'),
    "words.svg": b'<?xml version="1.0"?><!-- made by hand -->' + drawn(
        '<title>A</title><text xml:space="preserve" aria-label="x: //y">a</text>'),
    "doctype.svg": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + drawn("<g/>"),
}  # fmt: skip

NO_IMAGES = {
    "page.html": (b"<p>", "asset-type"),
    "film.mp4": (b"\0\0\0\x18ftyp", "asset-type"),
    "any.*": (DOT, "asset-type"),
    "none": (DOT, "asset-type"),
    "page.png": (b"<script>alert(1)</script>", "asset-content"),
    "other.png": (image("JPEG"), "asset-content"),
    "cut.png": (DOT[:-20], "asset-content"),
    "cut.jpg": (image("JPEG")[:200], "asset-content"),
    "empty.gif": (b"", "asset-content"),
    "huge.png": (image("PNG")[:16] + b"\0\1\0\0" * 2 + image("PNG")[24:], "asset-"),
    "words.svg": (b"Hello", "asset-content"),
    "open.svg": (b"<svg>", "asset-content"),
    "large.svg": (drawn("<g/>" * 1_100_000), "asset-too-large"),
    "page.svg": (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "asset-drawing"),
    "no-name.svg": (b"<svg><path/></svg>", "asset-drawing"),
    "script.svg": (drawn("<script>alert(1)</script>"), "asset-drawing"),
    "case.svg": (drawn("<SCRIPT>alert(1)</SCRIPT>"), "asset-drawing"),
    "handler.svg": (drawn("", ' onload="alert(1)"'), "asset-drawing"),
    "foreign.svg": (drawn("<foreignObject/>"), "asset-drawing"),
    "html.svg": (drawn("<p xmlns='http://www.w3.org/1999/xhtml'>a</p>"), "asset-drawing"),
    "xhtml.svg": (drawn("<s xmlns='http://www.w3.org/1999/xhtml'/>"), "asset-drawing"),
    "link.svg": (drawn('<a href="javascript:alert(1)">a</a>'), "asset-drawing"),
    "use.svg": (drawn('<use href="https://evil.example/#a"/>'), "asset-drawing"),
    "use-data.svg": (drawn('<use xlink:href="data:image/svg+xml,x#a"/>'), "asset-drawing"),
    "image.svg": (drawn('<image href="https://evil.example/a.png"/>'), "asset-drawing"),
    "set.svg": (drawn('<set attributeName="href" to="javascript:x"/>'), "asset-drawing"),
    "animate.svg": (drawn('<animate attributeName="x"/>'), "asset-drawing"),
    "fill.svg": (drawn('<path fill="url(https://evil.example/#a)"/>'), "asset-drawing"),
    "style.svg": (drawn('<path style="fill: u\\72l(//evil.example)"/>'), "asset-drawing"),
    "import.svg": (drawn("<style>@import '//evil.example/a.css';</style>"), "asset-drawing"),
    "font.svg": (drawn("<style>a{b:url( '//evil.example' )}</style>"), "asset-drawing"),
    "base.svg": (drawn("", ' xml:base="https://evil.example/"'), "asset-drawing"),
    "sheet.svg": (b'<?xml-stylesheet href="//evil.example"?>' + drawn(), "asset-drawing"),
    "sheet-after.svg": (drawn() + b'<?xml-stylesheet href="//evil.example"?>', "asset-drawing"),
    "entity.svg": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawn("<g/>"), "asset-drawing"),
    "file.svg": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "/etc/passwd">]>' + drawn("<text>&a;</text>"),
        "asset-drawing",
    ),
    "repeated.svg": (
        drawn('<g id="a"><use href="#b"/></g><g id="b"><use href="#c"/></g>'), "asset-drawing"),
}  # fmt: skip

DOWNLOADS = {
    "report.pdf": b"%PDF-1.7\n",
    "table.csv": b"a,b\n1,2\n",
    "notes.txt": "Ünïcode".encode(),
    "data.json": b"{}",
    "letter.docx": b"PK\x03\x04",
    "all.zip": b"PK\x03\x04",
    "scan.png": DOT,
}

NO_DOWNLOADS = {
    "evil.html": (b"<p>", "asset-type"),
    "evil.HTM": (b"<p>", "asset-type"),
    "evil.xhtml": (b"<p>", "asset-type"),
    "evil.js": (b"alert(1)", "asset-type"),
    "evil.svg": (drawn(), "asset-type"),
    "evil.xml": (b"<a/>", "asset-type"),
    "evil.exe": (b"MZ", "asset-type"),
    "evil": (b"", "asset-type"),
    "evil.docm": (b"PK\x03\x04", "asset-type"),
    "page.pdf": (b"<script>", "asset-content"),
    "page.zip": (b"<script>", "asset-content"),
    "page.png": (b"<script>", "asset-content"),
    "bytes.txt": (b"\xff\xfe", "asset-content"),
    "nul.csv": (b"a\0b", "asset-content"),
}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_that_only_shows_is_taken(name, tmp_path):
    (tmp_path / name).write_bytes(IMAGES[name])
    assert refused_image(tmp_path / name) is None


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_file_that_no_browser_runs_can_be_downloaded(name, tmp_path):
    (tmp_path / name).write_bytes(DOWNLOADS[name])
    assert refused_download(tmp_path / name) is None


@pytest.mark.parametrize("name", NO_IMAGES)
def test_an_image_that_could_do_more_is_refused(name, tmp_path):
    refused(refused_image, tmp_path / name, *NO_IMAGES[name])


@pytest.mark.parametrize("name", NO_DOWNLOADS)
def test_a_download_that_could_do_more_is_refused(name, tmp_path):
    refused(refused_download, tmp_path / name, *NO_DOWNLOADS[name])


def refused(check, path, data, rule):
    path.write_bytes(data)
    found, message, mend = check(path)
    assert found.startswith(rule), message
    assert path.name in message
    assert mend


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    for name in ("pipe.png", "pipe.svg", "pipe.txt"):
        os.mkfifo(tmp_path / name)
        check = refused_download if name.endswith("txt") else refused_image
        assert check(tmp_path / name)[0] == "asset-content"


def test_an_image_that_changed_is_looked_at_again(small_archive):
    source = small_archive("small")
    (source / "documents/dot.svg").write_bytes(drawn())
    edit(source, "index.md", ("# ", "![A dot](documents/dot.svg)\n\n# "))
    done = command(source, "build", "pages")
    assert done.returncode == 0, done.stderr
    (source / "documents/dot.svg").write_bytes(drawn("<script>alert(1)</script>"))
    done = command(source, "build", "pages")
    assert done.returncode == 1
    assert (
        "index.md:1: ERROR: The drawing “dot.svg” has the element “script” on line 1."
        in done.stderr
    )
    (source / "documents/dot.en.svg").write_bytes(drawn("<animate/>"))
    (source / "documents/dot.svg").write_bytes(drawn("<g/>"))
    done = command(source, "build", "pages")
    assert "“dot.en.svg”" in done.stderr
