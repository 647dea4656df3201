"""The manifest is one that sha256sum and BagIt know, and costs nothing where nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.files import draft_of
from archive.model.showing import source_hash
from archive.preservation import RULES
from archive.preservation.manifest import NAME, differences, parse, serialise
from archive.preservation.pages import inline
from archive.preservation.sealing import seal
from archive.preservation.site import read_site
from archive.site.show.pages import own_scripts
from tests.conftest import settings_of

LONG_AGO = 1_600_000_000

names = st.text(
    st.characters(exclude_categories=["C"], exclude_characters="\\%/"), min_size=1, max_size=8
).filter(lambda name: name not in {".", ".."})
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)


def reseal(site):
    cache = site.parent / ".hashes"
    return seal(site, site.parent / "hosting", cache, own_scripts(), settings_of(site)).reading


@pytest.fixture
def old(sealed_site, tmp_path):
    """A copy of the site whose files were written long ago."""
    site = shutil.copytree(sealed_site, tmp_path / "html")
    for path in site.rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return site


def test_sha256sum_agrees(sealed_site):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", NAME], cwd=sealed_site, check=False
    )
    assert done.returncode == 0


def test_it_names_every_file_that_is_served_and_no_other(sealed_site):
    there = {p.relative_to(sealed_site).as_posix() for p in sealed_site.rglob("*") if p.is_file()}
    named = parse((sealed_site / NAME).read_bytes()).digests.keys()
    assert there - named == {NAME, ".buildinfo"}
    assert named <= there
    assert {"archive.pdf", "ledger.jsonl", ".well-known/security.txt"} <= named


def test_the_data_package_has_the_hashes_of_the_manifest(sealed_site):
    told = json.loads((sealed_site / "datapackage.json").read_text("utf-8"))
    digests = parse((sealed_site / NAME).read_bytes()).digests
    names = [each["path"] for each in told["resources"]]
    assert names == ["passages.jsonl", "works.jsonl", "llms-full.txt", "ledger.jsonl"]
    for each in told["resources"]:
        assert each["hash"] == f"sha256:{digests[each['path']]}"
        assert each["bytes"] == (sealed_site / each["path"]).stat().st_size


def test_an_added_epub_and_a_search_index_are_named_and_lost_ones_are_not(old):
    (old / "archive.epub").write_bytes(b"PK")
    (old / "pagefind" / "fragment").mkdir(parents=True, exist_ok=True)
    (old / "pagefind" / "fragment" / "new.pf_fragment").write_text("1")
    (old / "glossary.html").unlink()
    reseal(old)
    named = parse((old / NAME).read_bytes()).digests
    assert "archive.epub" in named
    assert "pagefind/fragment/new.pf_fragment" in named
    assert "glossary.html" not in named


def test_only_what_changed_is_read_again(old, monkeypatch):
    # The change time of a copy is now; a clock that is ahead makes it the past.
    import time

    ahead = time.time_ns() + 10**10
    monkeypatch.setattr("archive.preservation.site.time.time_ns", lambda: ahead)
    assert reseal(old).files_read > 50
    before = (old / NAME).stat().st_mtime_ns
    assert reseal(old).files_read == 0
    assert (old / NAME).stat().st_mtime_ns == before
    (old / "about.html").write_text("other")
    assert reseal(old).files_read == 1


def test_a_file_of_the_same_size_and_time_is_read_again(old, monkeypatch):
    import time

    ahead = time.time_ns() + 10**10
    monkeypatch.setattr("archive.preservation.site.time.time_ns", lambda: ahead)
    reseal(old)
    text = (old / "robots.txt").read_text()
    (old / "robots.txt").write_text(text.replace("Allow", "allow"))
    os.utime(old / "robots.txt", (LONG_AGO, LONG_AGO))
    assert reseal(old).files_read == 1  # the change time cannot be set back


def test_a_file_written_this_moment_is_not_remembered(old, monkeypatch):
    """A clock that ticks seldom gives it the same time when it is written again."""
    written = (old / "robots.txt").stat().st_ctime_ns
    monkeypatch.setattr("archive.preservation.site.time.time_ns", lambda: written + 10**6)
    reseal(old)
    assert reseal(old).files_read > 0
    monkeypatch.setattr("archive.preservation.site.time.time_ns", lambda: written + 10**10)
    reseal(old)
    assert reseal(old).files_read == 0


def test_what_a_killed_build_left_beside_a_file_is_removed(old):
    wanted = (old / NAME).read_bytes()
    draft_of(old / "about.html").write_bytes(b"<p>Half a pa")
    assert reseal(old).digests == parse(wanted).digests
    assert (old / NAME).read_bytes() == wanted
    assert not draft_of(old / "about.html").exists()


def test_a_broken_cache_costs_time_and_nothing_else(old):
    wanted = (old / NAME).read_bytes()
    for broken in (b"", b"{", b'{"format": 1}', b'{"format": 1, "inline": [], "files": [[1]]}'):
        (old.parent / ".hashes").write_bytes(broken)
        reseal(old)
        assert (old / NAME).read_bytes() == wanted


def test_a_symbolic_link_is_refused(old):
    (old / "link").symlink_to("index.html")
    with pytest.raises(ValueError, match="neither a file nor a folder"):
        read_site(old, old.parent / ".hashes")


@settings(max_examples=30)
@given(st.dictionaries(paths, hashes))
def test_what_is_written_is_read_again(digests):
    read = parse(serialise(digests))
    assert read.digests == digests
    assert read.problems == ()


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", "a/../b", ".", "a\tb", "a\\b", "50%"])
def test_a_path_that_leads_elsewhere_is_neither_written_nor_read(path):
    with pytest.raises(ValueError, match=r"."):
        serialise({path: "0" * 64})
    read = parse(f"{'0' * 64}  {path}\n".encode())
    assert read.digests == {}
    assert read.problems


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"x\n", b"00  a\n", b"0" * 64 + b"  a", (b"0" * 64 + b"  a\n") * 2],
)
def test_a_broken_line_is_told(data):
    (problem, *_) = parse(data).problems
    assert problem.rule == "manifest-broken"


@settings(max_examples=30)
@example({"a": "0" * 64, "b": "0" * 64}, {"a": "1" * 64, "c": "0" * 64})
@given(st.dictionaries(paths, hashes), st.dictionaries(paths, hashes))
def test_differences_are_all_told_and_each_by_a_known_rule(wanted, found):
    told = {(finding.path, finding.rule) for finding in differences(wanted, found)}
    assert {path for path, _ in told} == {
        path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path)
    }
    assert {rule for _, rule in told} <= RULES.keys()


OWN = b"<script>own()</script>"

# What a page may have, and what counts as code that stands in it.
CODE = {
    b'<script src="_static/a.js?v=1" defer></script><script src="../a.js"></script>': set(),
    b'<script type="application/ld+json">{"a": " onclick=\'x\'"}</script>': set(),
    b"<p title=\"a style='x'\">He wrote style='x' and onclick=1.</p>": set(),
    b'<code>&lt;p style="x"&gt;</code>': set(),
    b"<script>run()</script>": {source_hash(b"run()")},
    b'<script type="module">m()</script>': {source_hash(b"m()")},
    b'<script type="text/plain">m()</script>': {source_hash(b"m()")},
    b"<SCRIPT>run()</SCRIPT>": {source_hash(b"run()")},
    b"<script>run()": {source_hash(b"run()")},
    b"<script data-x=' src='>run()</script>": {source_hash(b"run()")},
    b'<script src="https://evil.example/a.js"></script>': {"script of another host"},
    b'<script src="//evil.example/a.js"></script>': {"script of another host"},
    b'<script src="data:text/javascript,a"></script>': {"script of another host"},
    b"<style>p{}</style>": {"style"},
    b'<p style="width: 1%">': {"style"},
    b"<p style=x>": {"style"},
    b"<p\nSTYLE\n=\n'x'>": {"style"},
    b"<img/onerror=alert(1)>": {"onerror"},
    b'<img alt=""onerror=alert(1)>': {"onerror"},
}


@pytest.mark.parametrize("page", CODE)
def test_code_that_stands_in_a_page_is_found_and_data_is_not(page):
    assert inline(OWN + page) == CODE[page] | {source_hash(b"own()")}


@pytest.mark.parametrize("code", [b"<script>alert(1)</script>", b"<style>p{}</style>"])
@pytest.mark.parametrize("name", ["about.html", "_downloads/1/evil.html", "_images/evil.xhtml"])
def test_a_page_with_code_that_is_not_the_engine_s_is_not_sealed(old, name, code):
    before = (old / NAME).read_bytes(), (old / "_headers").read_bytes()
    page = old / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes((page.read_bytes() if page.exists() else b"") + code)
    with pytest.raises(ValueError, match=rf"^{name} has code .* To mend: "):
        reseal(old)
    assert ((old / NAME).read_bytes(), (old / "_headers").read_bytes()) == before
