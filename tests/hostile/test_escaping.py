"""Arbitrary text goes into each format and comes out of that format's own reader as it went in."""

from __future__ import annotations

import json
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import typst
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment

from archive.citation import one_line
from archive.citation.metadata import metadata, report, serialise
from archive.model.frontmatter import unseen
from archive.model.ledger import Event, Kind, load
from archive.model.ledger import serialise as line_of
from archive.model.passage import fingerprint, normalise
from archive.model.words import words
from archive.pdf import code
from archive.site import beside
from archive.site.know.relations import Happened
from archive.site.show import feeds
from tests.citation.samples import HOSTILE, titled
from tests.conftest import ROOT

# What a record lets through: one line, without characters that cannot be seen.
SEEN = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)).map(one_line).filter(
    lambda text: text and unseen(text) is None
)  # fmt: skip
LAYOUT = "{% block linktags %}{% endblock %}{% block extrahead %}{% endblock %}"
TEMPLATES = Environment(
    loader=DictLoader({
        "furo/page.html": LAYOUT + "{% block content %}{% endblock %}",
        "page.html": (ROOT / "archive" / "theme" / "page.html").read_text("utf-8"),
    })
)  # fmt: skip


@given(SEEN)
@settings(max_examples=60)
def test_heads_of_pages(text):
    reference = titled(text)
    html = TEMPLATES.get_template("page.html").render(
        head_links=(), head_metadata=metadata(reference, text), description=text, project=text,
        json_ld=serialise(report(reference)), pathto=lambda *_: "x",
        embedded=True, hasdoc=lambda _page: True, _=str,
    )  # fmt: skip
    page = BeautifulSoup(html, "html.parser")
    contents = {meta.get("name"): meta["content"] for meta in page.find_all("meta")}
    assert (contents["DC.title"], contents["description"]) == (reference.title, text)
    assert page.find("link", type="application/atom+xml")["title"] == text
    scripts = page.find_all("script", type="application/ld+json")
    assert [json.loads(script.string)["name"] for script in scripts] == [text]


@given(st.lists(st.text(max_size=60), max_size=20))
@settings(max_examples=10)
def test_strings_of_typst(texts):
    source = f"#metadata({code.value(texts)})<said>"
    said = typst.query(source.encode(), "<said>", field="value", one=True)
    assert json.loads(said) == texts


@given(SEEN)
@settings(max_examples=60)
def test_feeds_and_sitemaps(text):
    root = ET.Element("feed", xmlns=beside.SITEMAP)
    ET.SubElement(root, "title").text = text
    ET.SubElement(root, "link", href=text)
    read = ET.fromstring(feeds.xml(root))
    assert read.find(f"{{{beside.SITEMAP}}}title").text == text
    assert read.find(f"{{{beside.SITEMAP}}}link").get("href") == text


@given(SEEN, SEEN)
@settings(max_examples=60)
def test_what_a_feed_tells_of_a_revision(one, two):
    texts = [normalise(f"Once {one}"), normalise(f"Now {two}")]
    before, after = map(fingerprint, texts)
    lines = (Event("2026-01-01", Kind.PUBLISH, "d-p1", sha256=before),
             Event("2026-01-02", Kind.REVISE, "d-p1", sha256=after))  # fmt: skip
    ledger, _ = load("".join(f"{line_of(each)}\n" for each in lines).encode(), "any")
    view = SimpleNamespace(
        settings=SimpleNamespace(base="https://archive.example/"), history=ledger.get,
        place_of_news=lambda _event: ("documents/d", "d-p1", "D, paragraph 1"),
        wordings=lambda _document: dict(zip((before, after), texts, strict=True)),
    )  # fmt: skip
    (entry,) = feeds.entries([Happened(ledger["d-p1"].events[-1])], view, words("en"))
    html = BeautifulSoup(entry.html, "html.parser")
    assert {tag.name for tag in html.find_all()} <= {"p", "del", "ins"}
    for name, text in zip(("ins", "del"), texts, strict=True):
        paragraph = BeautifulSoup(entry.html, "html.parser").find_all("p")[1]
        for other in paragraph.find_all(name):
            other.extract()
        assert paragraph.get_text().split() == text.split()
