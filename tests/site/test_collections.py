"""A large archive is cut into pages of a size, and everything stays a few clicks away."""

from __future__ import annotations

import random
import re
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import pytest
from lxml import html

from tests.conftest import built, once
from tests.site.editing import Archive

ENTRIES, CLICKS = 8, 4
# No page links to what a server shows for a wrong address.
ALONE = {"404.html"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of thirty documents of which eight have room on one page, by name."""

    def make(folder):
        Archive(folder, 2, documents=30, entries=ENTRIES).write()
        return built(folder).site

    site = once(tmp_path_factory, "collections", make)
    return {path.relative_to(site).as_posix(): html.parse(path) for path in site.rglob("*.html")}


def links(name, page):
    for address in map(urlsplit, page.xpath("//a/@href | //form/@action")):
        if not address.scheme and address.path:
            yield normpath(join(dirname(name), address.path))


def test_every_page_is_within_four_clicks_of_the_front_page(pages):
    clicks, reached = {"index.html": 0}, ["index.html"]
    for name in reached:
        for target in links(name, pages[name]):
            if target in pages and target not in clicks:
                clicks[target] = clicks[name] + 1
                reached.append(target)
    assert pages.keys() - clicks.keys() == ALONE
    assert max(clicks.values()) <= CLICKS


def test_no_page_lists_more_than_its_size(pages):
    listed = {name: len(page.xpath("//ul[contains(@class, 'catalogue')]/li"))
              for name, page in pages.items()}  # fmt: skip
    assert max(listed.values()) == ENTRIES
    assert sum(listed.values()) == 30
    sidebars = {len(page.xpath("//div[contains(@class, 'sidebar-tree')]//a"))
                for page in pages.values()}  # fmt: skip
    assert max(sidebars) < 10


def test_a_page_of_a_subject_has_the_works_of_its_own_documents(pages):
    parts = [page for name, page in pages.items() if name.startswith("subjects/tests.")]
    assert len(parts) == 4
    for page in parts:
        here = page.xpath("//section[@id='documents']//dl[@class='chronology']//dt/text()")
        assert 0 < len(here) <= ENTRIES
        works = page.xpath("//section[@id='works-cited']//li//strong/a/@href")
        held = [
            join("documents", href.rpartition("/")[2])
            for href in page.xpath("//section[@id='documents']//dd//a/@href")
        ]
        cited = {
            href.rpartition("#")[2]
            for name in held for href in pages[name].xpath("//a/@href") if "#cite-" in href
        }  # fmt: skip
        assert {href.rpartition("#")[2] for href in works} == cited


def test_what_refers_to_something_is_listed_to_a_number_and_counted(pages):
    lists = [each for page in pages.values() for each in page.xpath("//p[@class='backlinks']")]
    counts = [len(each.xpath(".//a")) for each in lists]
    assert max(counts) == ENTRIES
    more = [each for each in lists if re.search(r" and \d+ more passages?\.$", each.text_content())]
    assert more
    assert all(len(each.xpath(".//a")) == ENTRIES for each in more)


def test_the_parts_that_are_left_say_how_many_there_are(tmp_path):
    archive = Archive(tmp_path, 0, entries=3)
    archive.write()
    site = built(tmp_path).site
    said = [html.parse(site / "references/w.html").findtext(".//h1")]
    while (site / "references/w.3.html").exists():
        archive.remove_work(random.Random(0))
        archive.write()
        built(tmp_path)
    said.append(html.parse(site / "references/w.html").findtext(".//h1"))
    assert said == ["References: W, part 1 of 3", "References: W, part 1 of 2"]


def test_a_part_of_the_ledger_lists_each_document_that_leaves_its_address(tmp_path):
    archive = Archive(tmp_path, 0, entries=3)
    archive.write()
    built(tmp_path)
    listed = []
    for chance in range(2):
        archive.remove_document(random.Random(chance))
        archive.write()
        page = built(tmp_path).site / "ledger/no-longer-at-their-address.html"
        listed.append(len(html.parse(page).findall(".//article//li")))
    assert listed == [1, 2]
