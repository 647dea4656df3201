"""What passages said on earlier days is kept, shown, found again, and held against the ledger."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archive.model.passage import fingerprint
from archive.model.wordings import WORDINGS, read_wordings
from archive.preservation.expected import AtHand
from archive.preservation.folder import check_folder
from archive.preservation.pages import shipped_scripts
from tests.conftest import (
    ROOT,
    Built,
    built,
    command,
    copy_root,
    edit,
    git,
    once,
    publish,
    sealed,
)
from tests.preservation.forging import made_anew, remove, swap

ALPHA, HISTORY = "documents/alpha.md", "documents/alpha.history.html"
FIRST = "The third."
SECOND = "The third says “much” more than it did before that day."
THIRD = "The third says “much” less than it did before this day."
DAYS = ("2026-11-22", "2026-11-24", "2026-11-26", "2026-11-28")


def _commit(source: Path) -> None:
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "All")


def make(source: Path) -> tuple[Built, str]:
    """An archive whose P3 was revised twice, the second time before it was committed.

    P2 moved within the document, with other words; a note that had been revised was withdrawn.
    """
    copy_root("small", source)
    git(source, "init", "-q", "-b", "main")
    (source / ".gitignore").write_text("_build\n")
    publish(source, "--day", DAYS[0])
    _commit(source)
    edit(source, ALPHA, (FIRST, SECOND), ("Added.", "Added later."))
    _commit(source)
    said = publish(source, "--day", DAYS[1])
    edit(source, ALPHA, (SECOND, THIRD))
    publish(source, "--day", DAYS[2])
    _commit(source)
    edit(source, ALPHA, ("(alpha-p2)=\nThe second", "(alpha-p2)=\n(alpha-p4)=\nThe second one"))
    note = (source / ALPHA).read_text("utf-8").partition("(alpha-n1)=\n")[2]
    edit(source, ALPHA, (note, ":::{withdrawn}\n:::\n"))
    publish(source, "--day", DAYS[3])
    done = command(source, "build", "search")
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(source, source / "_build" / "html", done.stderr, 0), said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, str]:
    return once(tmp_path_factory, "wordings", make)


@pytest.fixture(scope="module")
def archive(made: tuple[Built, str]) -> Built:
    return made[0]


def test_publishing_keeps_what_it_supersedes_from_commits_and_from_this_machine(made) -> None:
    archive, said = made
    texts = read_wordings(archive.source / WORDINGS).values()
    second = SECOND.replace("“", '"').replace("”", '"')
    assert list(texts) == [FIRST, "Editor's note Added.", second, "The second refers to ."]
    assert "wordings.jsonl has 2 more earlier wordings." in said
    assert command(archive.source, "check").returncode == 0


def test_what_publishing_kept_is_recovered_from_git_but_for_what_no_commit_ever_had(
    archive, tmp_path
) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(archive.source, clone, ignore=shutil.ignore_patterns("_build", WORDINGS))
    lost = command(clone, "wordings")
    assert lost.returncode == 1
    assert lost.stdout.count("Not kept: ") == 4
    done = command(clone, "wordings", "--recover")
    # The second words of P3 were committed and published; both are found, in whatever order.
    assert done.returncode == 0, done.stdout
    assert read_wordings(clone / WORDINGS) == read_wordings(archive.source / WORDINGS)


def test_the_page_has_each_wording_with_its_days_and_what_changed(archive) -> None:
    page = archive.page(HISTORY)
    anchors = [each["id"] for each in page.select("section.wordings")]
    assert anchors == ["alpha-p3", "alpha-p2", "alpha-n1"]
    third = page.find(id="alpha-p3")
    assert [each.get_text() for each in third("h3")] == [
        "Published 22 November 2026, until 24 November 2026",
        "Revised 24 November 2026, until 26 November 2026",
        "Revised 26 November 2026",
    ]
    assert third.find("blockquote").get_text(strip=True) == FIRST
    last = third("p", class_="changes")[-1]
    assert [each.get_text() for each in last("del")] == ["more", "that"]
    assert [each.get_text() for each in last("ins")] == ["less", "this"]
    assert fingerprint(FIRST) in third("dd")[1].get_text()
    assert "line 4, tree head" in third("dd")[1].get_text()
    moved = page.find(id="alpha-p2")
    assert moved.find("p", class_="fate").get_text() == "Moved 28 November 2026. alpha-p4"
    gone = page.find(id="alpha-n1").get_text()
    assert "These words were withdrawn with the passage." in gone
    assert "Added later" not in gone


def test_the_companion_page_leads_to_it(archive) -> None:
    section = archive.citing("alpha-p3")
    assert section.find("a", href="alpha.history.html#alpha-p3")
    assert not archive.citing("alpha-p1").find("a", href=lambda each: "history" in each)
    assert not (archive.site / "documents/beta.history.html").exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--date", DAYS[0]), FIRST),
        (("--date", "2026-11-25"), SECOND),
        (("--date", DAYS[3]), THIRD),
        (("--sha256", fingerprint(SECOND)[:12]), SECOND),
    ],
)
def test_a_citation_of_an_earlier_day_is_answered_with_its_words(archive, asked, words) -> None:
    said = command(archive.source, "verify-citation", "alpha-p3", *asked).stdout
    assert words.replace("“", '"').replace("”", '"') in said


def test_an_old_fingerprint_is_searched_for_with_the_anchor_that_had_it(archive) -> None:
    index = (archive.site / "search-index" / "prints-.js").read_text("utf-8")
    prints = json.loads(index.partition(", ")[2].removesuffix(");\n"))
    assert prints[fingerprint(THIRD)] == ["alpha-p3"]
    assert prints[fingerprint(SECOND)] == ["alpha-p3 alpha-p3"]
    assert prints[fingerprint("The second refers to .")] == ["alpha-p4 alpha-p2"]


def _findings(site: Path) -> set[tuple[str, str]]:
    found = check_folder(site, AtHand(scripts=shipped_scripts(ROOT)), lambda *_: None)
    return {(each.path, each.rule) for each in found}


@pytest.mark.parametrize(
    ("tamper", "path"),
    [
        (None, ""),
        (swap(WORDINGS, "The third", "The first"), WORDINGS),
        (lambda site: (site / WORDINGS).write_bytes(
            b"".join((site / WORDINGS).read_bytes().splitlines(keepends=True)[1:])), WORDINGS),
        (swap(HISTORY, "The third.", "The first."), HISTORY),
        (swap(HISTORY, "until 24", "until 25"), HISTORY),
        (swap(HISTORY, '<section class="wordings"', '<section hidden class="wordings"'), HISTORY),
        (swap(HISTORY, '"histories">', '"histories"><p>Not so.</p>'), HISTORY),
        (remove(HISTORY), HISTORY),
    ],
    ids=["untouched", "a word kept", "a line lost", "a word shown", "a day", "hidden", "more",
         "no page"],
)  # fmt: skip
def test_its_ledger_convicts_a_copy_whose_earlier_words_were_changed(
    archive, tmp_path, tamper, path
) -> None:
    site = sealed(Path(shutil.copytree(archive.site, tmp_path / "html")))
    if tamper is not None:
        tamper(site)
        made_anew(site)
    found = _findings(site)
    assert (found == set()) if not path else (path, "wording-differs") in found, found


def test_a_data_package_that_names_another_archive_or_hash_is_convicted(archive, tmp_path) -> None:
    site = sealed(Path(shutil.copytree(archive.site, tmp_path / "html")))
    name = "datapackage.json"
    wanted = (site / name).read_text("utf-8")
    for old in (json.loads(wanted)["title"], json.loads(wanted)["resources"][0]["hash"]):
        (site / name).write_text(wanted, "utf-8")
        swap(name, old, f"{old[:-1]}0")(site)
        made_anew(site)
        assert _findings(site) == {(name, "record-differs")}


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda text: text.replace("The third.", "The fourth."), ["altered", "missing", "lost"]),
        (lambda _text: "", ["lost"]),
    ],
    ids=["edited", "emptied"],
)
def test_what_happened_to_the_file_is_told_by_check(archive, tmp_path, change, rules) -> None:
    source = Path(shutil.copytree(archive.source, tmp_path / "archive", symlinks=True))
    _commit(source)
    path = source / WORDINGS
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    done = command(source, "check")
    assert done.returncode == 1
    for rule in rules:
        assert f"[wording-{rule}]" in done.stderr
    assert "--recover" in done.stderr


ATOM = {"atom": "http://www.w3.org/2005/Atom"}
FEEDS = ("documents/alpha.atom", "atom.xml", "feeds/kind-letter.atom", "subjects/tests.atom")
IN_JSON = (
    "archive.feed.json", "feeds/issuer-first-institute.feed.json", "documents/alpha.feed.json",
)  # fmt: skip


def _told(site: Path, name: str) -> dict[str, tuple[str, str]]:
    """The summary of each entry of a feed, and where it leads, by its title; of two, the newer."""
    if name.endswith(".json"):
        items = json.loads((site / name).read_text("utf-8"))["items"]
        return {
            each["title"]: (each.get("summary") or each["content_text"], each["url"])
            for each in reversed(items)
        }
    entries = ElementTree.parse(site / name).getroot().findall("atom:entry", ATOM)
    assert len({each.findtext("atom:id", None, ATOM) for each in entries}) == len(entries)
    return {
        each.findtext("atom:title", "", ATOM): (
            each.findtext("atom:summary", "", ATOM), each.find("atom:link", ATOM).get("href"),
        )
        for each in reversed(entries)
    }  # fmt: skip


@pytest.mark.parametrize("name", [*FEEDS, *IN_JSON])
def test_each_feed_tells_in_words_what_happened(archive, name) -> None:
    told = _told(archive.site, name)
    summary, address = told["Revised: Alpha letter, paragraph 3"]
    assert summary == (
        "Alpha letter, paragraph 3 was reworded: “more” became “less”; “that” became “this”."
    )
    assert address == "https://isles.example/documents/alpha.history.html#alpha-p3--3"
    assert archive.page(HISTORY).find(id="alpha-p3--3").get_text() == "Revised 26 November 2026"
    assert told["Moved: Alpha letter, paragraph 4"][0].startswith("alpha-p2 moved on 28 November")


def test_a_feed_tells_the_words_of_a_passage_that_moved_to_another_document(published) -> None:
    edit(published, ALPHA, (FIRST, SECOND))
    publish(published)
    edit(published, ALPHA, (f"{{#alpha-p3}}\n{SECOND}\n\n", ""))
    beta = published / "documents/beta.md"
    moved = f"\n(alpha-p3)=\n(beta-p1)=\n{SECOND}\n"
    beta.write_text(beta.read_text("utf-8") + moved, "utf-8")
    publish(published)
    told = _told(built(published).site, "atom.xml")
    assert any("was reworded: " in summary for summary, _ in told.values()), told


def test_a_reader_finds_the_feeds_and_the_search(archive) -> None:
    assert not (archive.site / "feeds/issuer-second-institute.feed.json").read_text().count("Alpha")
    page = archive.page("documents/alpha.html")
    feeds = [each["href"] for each in page.find_all("link", rel="alternate", type=True)]
    assert "alpha.atom" in feeds
    assert "../archive.feed.json" in feeds
    assert "alpha.feed.json" in feeds
    assert not (archive.site / "documents/beta.feed.json").exists()  # nothing happened since
    listed = {each["href"] for each in archive.page("feeds.html").select("ul.feeds a")}
    outlines = ElementTree.parse(archive.site / "feeds.opml").getroot().findall(".//outline")
    named = {each.get("xmlUrl", "").removeprefix("https://isles.example/") for each in outlines}
    assert named < listed
    assert all((archive.site / name).is_file() for name in listed)
    search = ElementTree.parse(archive.site / "opensearch.xml").getroot()
    template = search.find("{http://a9.com/-/spec/opensearch/1.1/}Url").get("template")
    assert template == "https://isles.example/search.html?q={searchTerms}"
    assert archive.page("search.html").find("input", attrs={"name": "q"})


def test_a_revision_enters_the_sitemap(archive) -> None:
    named = {"sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    rows = {
        each.findtext("sitemap:loc", "", named): each.findtext("sitemap:lastmod", None, named)
        for each in ElementTree.parse(archive.site / "sitemap.xml").getroot()
    }
    assert rows["https://isles.example/documents/alpha.html"] == DAYS[3]
    assert rows["https://isles.example/index.html"] is None
    assert f"https://isles.example/{HISTORY}" not in rows
