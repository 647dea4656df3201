"""``/.well-known/security.txt`` is what RFC 9116 asks for, and the same at every build."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.site.beside import built, security_txt
from tests.conftest import build, pdftotext

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BASE = "https://archive.example/"


def fields(text):
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_the_site_has_it(archive_site):
    found = fields((archive_site.site / ".well-known" / "security.txt").read_text("utf-8"))
    assert found["Contact"] == "mailto:editors@isles.example"
    assert found["Canonical"].endswith("/.well-known/security.txt")
    # The tests' own SOURCE_DATE_EPOCH, and 364 days.
    assert found["Expires"] == "2026-12-31T00:00:00Z"


def test_pages_and_print_say_where_an_error_is_reported(archive_site):
    page = archive_site.page("about.html")
    asked = page.find(id="about-corrections").select_one("a[href^='mailto:editors']")
    assert asked.parent.get_text() == "Write to editors@isles.example."
    foot = archive_site.page("documents/isle-seed-resolution.html").select_one(".colophon")
    assert foot.find("a", href="mailto:editors@isles.example").get_text() == "Report an error"
    assert "Write to editors@isles.example." in pdftotext(archive_site.site / "archive.pdf")


def test_there_is_none_where_nobody_is_named(small_archive):
    source = small_archive("small")
    path = source / "_build/html/.well-known/security.txt"
    assert build(source, CONTACT="mailto:x@isles.example").code == 0
    assert path.is_file()
    done = build(source)
    assert done.code == 0
    assert "make CONTACT=mailto:" in done.output
    assert not path.exists()
    done = build(source, CONTACT="x@isles.example")
    assert done.code == 1
    assert "archive_contact is “x@isles.example”" in done.output
    assert "To mend: begin it with one of mailto:" in done.output
    assert not path.exists()


def test_it_expires_within_a_year_of_the_edition():
    found = fields(security_txt("mailto:x@archive.example", BASE, MOMENT))
    assert found["Contact"] == "mailto:x@archive.example"
    expires = datetime.fromisoformat(found["Expires"])
    assert timedelta() < expires - MOMENT < timedelta(days=365)


def test_the_edition_s_date_is_given_or_now(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert built() == MOMENT
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert built() > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Contact", "Expires", "Preferred-Languages", "Canonical"])
def test_each_field_stands_once(name):
    text = security_txt("mailto:x@archive.example", BASE, MOMENT)
    assert text.count(f"{name}: ") == 1
