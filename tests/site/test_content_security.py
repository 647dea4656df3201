"""A page says what it may load and run, and holds nothing that it forbids itself."""

from __future__ import annotations

from archive.site.show.pages import inline_scripts, policy, source_hash


def directives(page):
    told = page.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    return dict(each.strip().split(" ", 1) for each in told.split(";"))


def test_every_inline_script_is_one_that_its_page_allows_by_hash(archive_site):
    for path, page in archive_site.pages():
        allowed = directives(page)["script-src"].split()
        assert "'unsafe-inline'" not in allowed
        scripts = inline_scripts((archive_site.site / path).read_text("utf-8"))
        assert scripts, path
        for script in scripts:
            assert source_hash(script) in allowed, (path, script)


def test_no_page_has_a_style_of_its_own(archive_site):
    for path, page in archive_site.pages():
        assert directives(page)["style-src"] == "'self'"
        assert page.select("style, [style]") == [], path


def test_the_policy_stands_before_all_that_it_is_about(archive_site):
    for path, page in archive_site.pages():
        loading = page.head.select("link, script, style, meta[http-equiv]")
        assert loading[0].get("http-equiv") == "Content-Security-Policy", path


def test_no_page_runs_what_no_page_needs(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    scripts = [script["src"].partition("?")[0] for script in page.select("script[src]")]
    assert scripts == [
        "../_static/scripts/furo.js", "../_static/cite.js", "../_static/preview.js",
    ]  # fmt: skip


def test_only_the_search_page_compiles():
    assert "wasm-unsafe-eval" in policy([], compiles=True)
    assert "wasm-unsafe-eval" not in policy(["1"])


def test_a_script_is_hashed_as_a_browser_hashes_it():
    # The example of Content Security Policy Level 3, 2.3.1.
    page = "<script>alert('Hello, world.');</script><script type='application/ld+json'>{}</script>"
    assert [source_hash(script) for script in inline_scripts(page)] == [
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    ]
