"""A page says what it may load and run, and holds nothing that it forbids itself."""

from __future__ import annotations

import pytest

from archive.model.showing import page_policy, source_hash
from archive.preservation.pages import inline
from archive.site.show.pages import own_scripts
from tests.conftest import ROOT, built


@pytest.fixture
def print_site(small_archive):
    """Pages with every kind of node: sized images, tables with widths, aligned formulas."""
    return built(small_archive("print"))


def directives(page):
    told = page.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    return dict(each.strip().split(" ", 1) for each in told.split(";"))


def test_every_inline_script_is_one_of_the_engine_s_and_its_page_allows_it(archive_site):
    for path, page in archive_site.pages():
        told = directives(page)
        assert told["script-src"].split()[1:] == [
            *sorted(own_scripts()), *(["'wasm-unsafe-eval'"] if path == "search.html" else [])
        ]  # fmt: skip
        assert told["script-src-attr"] == told["style-src-attr"] == "'none'"
        assert inline((archive_site.site / path).read_bytes()) == own_scripts(), path


def test_no_page_has_a_style_of_its_own(archive_site, print_site):
    for site in (archive_site, print_site):
        for path, page in site.pages():
            assert directives(page)["style-src"] == "'self'"
            assert page.select("style, [style]") == [], path
    sized = print_site.page("documents/kitchen.html").select("img[width='20']")
    assert len(sized) == 1


def test_the_policy_stands_before_all_that_it_is_about(archive_site):
    for path, page in archive_site.pages():
        loading = page.head.select("link, script, style, meta[http-equiv]")
        assert loading[0].get("http-equiv") == "Content-Security-Policy", path


def test_no_page_runs_what_no_page_needs(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    scripts = [script["src"].partition("?")[0] for script in page.select("script[src]")]
    assert scripts == [
        "../_static/scripts/furo.js", "../_static/cite.js", "../_static/preview.js",
        "../_static/drawers.js",
    ]  # fmt: skip


def test_only_search_compiles_and_only_a_header_forbids_frames():
    assert "wasm-unsafe-eval" in page_policy([], compiles=True)
    assert "wasm-unsafe-eval" not in page_policy(["1"])
    assert "frame-ancestors" not in page_policy([])
    assert page_policy([], header=True) == page_policy([]) + "; frame-ancestors 'none'"


def test_a_script_is_hashed_as_a_browser_hashes_it():
    # The example of Content Security Policy Level 3, 2.3.1.
    assert source_hash(b"alert('Hello, world.');") == (
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    )


def test_every_static_file_of_a_theme_is_named_by_a_page_or_by_what_a_page_loads(archive_site):
    """Themes bring more; a site has no file that nobody reads."""
    folder, own = archive_site.site / "_static", ROOT / "archive" / "theme" / "static"
    unseen = {path for path in folder.rglob("*") if path.is_file()}
    unseen -= {folder / path.relative_to(own) for path in own.rglob("*")}
    texts = [path.read_text("utf-8") for path in archive_site.site.glob("**/*.html")]
    while texts:
        text = texts.pop()
        named = {path for path in unseen if path.name in text}
        unseen -= named
        texts += [path.read_text("utf-8") for path in named]
    assert not unseen
    assert not [*folder.rglob("*.map")]  # which only tools for developers read


def test_the_style_sheet_draws_the_icons_of_all_pages(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    assert not page.select("svg")
    assert len(page.select("button.theme-toggle, label .icon")) == 5
