"""The same seed gives the same archive, and one on which every check of a build passes."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from archive.model.kinds import KINDS
from archive.model.ledger import load
from benchmarks.archives import write_archive
from benchmarks.changes import CHANGES, REWORDED
from benchmarks.corpus import (
    CITATIONS,
    LINKS,
    PASSAGES,
    TERMS,
    Citation,
    Corpus,
    Link,
    Term,
)
from benchmarks.site import PEERS
from tests.conftest import built, command, once

SIZE = 12


def digest(folder):
    """The SHA-256 of every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def test_the_same_seed_gives_the_archive_and_its_peers_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        corpus = Corpus(SIZE)
        write_archive(tmp_path / name / "archive", corpus)
        for peer in PEERS:
            peer.write(tmp_path / name / peer.key, corpus)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_a_document_has_what_is_measured():
    for text in Corpus(200).documents():
        segments = [segment for passage in text.passages for segment in passage]
        assert not KINDS[text.kind].lacking(())
        words = sum(len(each.split()) for each in segments if isinstance(each, str))
        assert 600 < words < 1_000
        assert len(text.passages) == PASSAGES
        kinds = [type(segment) for segment in segments]
        assert [kinds.count(kind) for kind in (Citation, Link, Term)] == [CITATIONS, LINKS, TERMS]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    def make(source):
        write_archive(source, Corpus(SIZE))
        return built(source, CONTACT="mailto:editors@archive.example")

    return once(tmp_path_factory, "corpus", make)


def unexpected(output):
    """The notices of a build, but for that of a contact."""
    told = [line for line in output.splitlines() if "notice:" in line]
    return [line for line in told if "security.txt" not in line]


def test_the_archive_builds_without_a_warning_and_is_wholly_published_and_attested(corpus):
    assert unexpected(corpus.output) == []
    assert len(list((corpus.site / "documents").glob("document-?????.html"))) == SIZE


def test_every_change_leaves_the_archive_right(corpus, tmp_path):
    source = shutil.copytree(corpus.source, tmp_path / "archive", symlinks=True)
    for change in CHANGES.values():
        change(source, Corpus(SIZE))
    done = built(source, CONTACT="mailto:editors@archive.example")
    assert unexpected(done.output) == []
    assert REWORDED in done.page("documents/document-00006.html").text
    assert done.page("documents/document-00012.html").h1
    assert done.page("documents/document-00004.html").select("a[href*=document-00013-p5]")
    assert done.page("documents/document-00013.html").find(id="document-00004-p5")
    assert "corrected" in done.page("references.html").text
    assert "0 changes to publish (0 first seals), 0 to attest" in command(source, "check").stdout
    _ledger, problems = load((source / "ledger.jsonl").read_bytes(), "ledger.jsonl")
    assert not list(problems)
