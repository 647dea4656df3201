"""Bad inputs beyond those of ``tests.hostile.cases``: each is told, in words, and at once.

Each table has a name, the input, and what has to be told of it: the code of a rule, or a part of
the message.  The readers are called themselves, so that the whole takes seconds.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import struct
import time
import zlib
from argparse import Namespace
from pathlib import Path

import pytest
from PIL import Image
from pybtex.database.input.bibtex import Parser

from archive.citation.bibfile import check_entries, check_text, check_values, entry_lines
from archive.commands.publish import Documents, publish
from archive.commands.published import compare
from archive.commands.verify import _citations, _read
from archive.commands.witness import request, with_signatures
from archive.fidelity.attestation import parse as parse_attestation
from archive.fidelity.source import read_source
from archive.model.checkpoint import Checkpoint
from archive.model.ledger import load
from archive.model.problem import Problem
from archive.model.record import parse_record
from archive.model.settings import Settings
from archive.model.tree import Tree
from archive.preservation import ledger as copied
from archive.preservation import manifest
from archive.preservation.citation import hold, read_citation
from archive.preservation.finding import CannotCheckError, shown
from archive.site.know.settings import OPTIONS  # noqa: F401
from archive.site.read.assets import refused_download, refused_image
from tests.hostile.cases import HEAD
from tests.settings import SETTINGS, VALUES

MOST_SECONDS = 2  # of processor time, for one input

Z = "0" * 64
ONE = f"{1:064x}"
DAY = "2026-11-22"


def each(table):
    return pytest.mark.parametrize(("given", "told"), table.values(), ids=table.keys())


@pytest.fixture(autouse=True)
def at_once():
    begun = time.process_time()
    yield
    assert time.process_time() - begun < MOST_SECONDS


def assert_told(problems, told):
    """That one of the problems tells it, and that all can be printed and say what to do."""
    words = [str(problem) for problem in problems]
    assert any(told in each for each in words), words[:3]
    for said in words:
        assert " To mend: " in said
        assert len(said) < 10_000
        assert said.replace("\n", "").isprintable()
        said.encode()


# Lines of a ledger


def event(kind="publish", **fields):
    given = {"date": DAY, "event": kind, **fields}
    return json.dumps({key: value for key, value in given.items() if value is not None}) + "\n"


def published(number=1, **fields):
    return event(anchor=f"a-p{number}", **{"sha256": Z, **fields})


FIRST = published()
AFTER = Tree([FIRST.rstrip("\n").encode()]).root().hex()
EMPTY = Tree().root().hex()
LONG = "p" * 10_000_000

LEDGERS = {
    "amend-before-publish": (event("amend", anchor="a-p1", seal=Z), "ledger-unpublished"),
    "amend-without-seal": (FIRST + event("amend", anchor="a-p1"), "needs the key(s) seal"),
    "amend-with-words": (
        FIRST + event("amend", anchor="a-p1", seal=Z, sha256=ONE), "no key(s) 'sha256'"),
    "amend-seal-short": (FIRST + event("amend", anchor="a-p1", seal="ab"), "ledger-sha256"),
    "amend-withdrawn": (
        FIRST + event("withdraw", anchor="a-p1") + event("amend", anchor="a-p1", seal=Z),
        "ledger-not-live"),
    "seal-upper": (published(seal="A" * 64), "ledger-sha256"),
    "seal-wide": (published(seal="０" * 64), "ledger-sha256"),
    "seal-line-end": (published(seal=f"{Z}\n"), "ledger-sha256"),
    "seal-null": (FIRST[:-2] + ', "seal": null}\n', "is not a string"),
    "describe-without-seal": (event("describe", document="a"), "needs the key(s) seal"),
    "describe-anchor": (event("describe", anchor="a-p1", seal=Z), "needs the key(s) document"),
    "describe-both": (event("describe", anchor="a-p1", document="a", seal=Z), "no key(s) 'anchor'"),
    "describe-path": (event("describe", document="../a", seal=Z), "ledger-anchor"),
    "describe-empty": (event("describe", document="", seal=Z), "ledger-anchor"),
    "describe-surrogate": (event("describe", document="\ud800", seal=Z), "ledger-anchor"),
    "correct-itself": (event("correct", line="1", day=DAY), "not the number of an earlier line"),
    "correct-later": (FIRST + event("correct", line="9", day=DAY), "ledger-correct"),
    "correct-zero": (FIRST + event("correct", line="0", day=DAY), "ledger-correct"),
    "correct-negative": (FIRST + event("correct", line="-1", day=DAY), "ledger-correct"),
    "correct-huge": (FIRST + event("correct", line="9" * 5000, day=DAY), "ledger-correct"),
    "correct-number": (
        FIRST + event("correct", line="1", day=DAY).replace('"1"', "1"), "is not a string"),
    "correct-wide": (FIRST + event("correct", line="１", day=DAY), "ledger-correct"),
    "correct-no-day": (FIRST + event("correct", line="1", day="2026-02-30"), "ledger-date"),
    "correct-without-day": (FIRST + event("correct", line="1"), "needs the key(s) day"),
    "correct-correction": (
        FIRST + event("correct", line="1", day=DAY) + event("correct", line="2", day=DAY),
        "no event that can be corrected"),
    "correct-broken-line": ("{}\n" + event("correct", line="1", day=DAY), "ledger-correct"),
    "join-without-head": (event("join", size="3"), "needs the key(s) head"),
    "join-head-short": (event("join", size="3", head="ab"), "ledger-sha256"),
    "join-nothing": (event("join", size="0", head=EMPTY), "is not a number of lines"),
    "join-negative": (event("join", size="-3", head=Z), "is not a number of lines"),
    "join-huge": (event("join", size="9" * 5000, head=Z), "is not a number of lines"),
    "join-exponent": (event("join", size="1e3", head=Z), "is not a number of lines"),
    "after-other": (FIRST + published(2, after=Z), "ledger-bound"),
    "after-of-more": (
        FIRST + published(2) + published(3, after=AFTER), "lines were lost, inserted, moved"),
    "after-of-nothing": (FIRST + published(2, after=EMPTY), "ledger-bound"),
    "after-upper": (FIRST + published(2, after=AFTER.upper()), "ledger-sha256"),
    "after-short": (FIRST + published(2, after=AFTER[:12]), "ledger-sha256"),
    "after-empty": (FIRST + published(2, after=""), "ledger-sha256"),
    "after-stops": (
        FIRST + published(2, after=AFTER) + published(3), "the line names no tree head"),
    "after-twice": (
        FIRST + published(2, after=AFTER)[:-2] + f', "after": "{AFTER}"}}\n', "stands twice"),
    "after-edited": (
        FIRST.replace("11-22", "11-21") + published(2, after=AFTER), "ledger-bound"),
    "order-of-lines": (event("revise", anchor="a-p1", sha256=ONE) + FIRST, "ledger-unpublished"),
    "order-of-days": (
        FIRST + event("revise", anchor="a-p1", sha256=ONE, date="2026-11-21"), "ledger-backwards"),
    "move-to-itself": (FIRST + event("move", anchor="a-p1", target="a-p1"), "ledger-target"),
    "move-to-nothing": (FIRST + event("move", anchor="a-p1", target="a-p9"), "ledger-target"),
    "move-in-circle": (
        FIRST + published(2) + event("move", anchor="a-p1", target="a-p2")
        + event("withdraw", anchor="a-p2", target="a-p1"), "ledger-circle"),
    "target-surrogate": (event("move", anchor="a-p1", target="\udfff"), "ledger-anchor"),
    "target-nul": (event("move", anchor="a-p1", target="a-p1\0"), "ledger-anchor"),
    "anchor-number-zero": (published(0), "ledger-anchor"),
    "anchor-number-wide": (published("１"), "ledger-anchor"),
    "anchor-line-end": (published("1\n"), "ledger-anchor"),
    "anchor-escape": (published("1\x1b[2J"), "ledger-anchor"),
    "anchor-long": (published(LONG), "ledger-anchor"),
    "event-long": (event(LONG, anchor="a-p1"), "ledger-event"),
    "event-case": (event("Publish", anchor="a-p1", sha256=Z), "ledger-event"),
    "event-list": (FIRST.replace('"publish"', '["publish"]'), "is not a string"),
    "event-missing": (FIRST.replace('"event": "publish", ', ""), "'event' is missing"),
    "key-long": (FIRST[:-2] + f', "{LONG}": "x"}}\n', "ledger-keys"),
    "key-escape": (FIRST[:-2] + ', "\\u001b[2J": "x"}\n', "ledger-keys"),
    "key-surrogate": (FIRST[:-2] + ', "\\ud800": "x"}\n', "ledger-keys"),
    "key-twice-escaped": (FIRST[:-2] + ', "d\\u0061te": "2026-11-23"}\n', "stands twice"),
    "key-twice-within": (FIRST[:-2] + ', "x": {"y": 1, "y": 2}}\n', "stands twice"),
    "number-huge": (FIRST.replace(f'"{DAY}"', "9" * 6000), "ledger-json"),
    "date-wide": (published(date="２０２６-11-22"), "ledger-date"),
    "date-basic": (published(date="20261122"), "ledger-date"),
    "date-week": (published(date="2026-W47-7"), "ledger-date"),
    "date-time": (published(date="2026-11-22T00:00"), "ledger-date"),
    "date-zero": (published(date="0000-01-01"), "ledger-date"),
    "date-surrogate": (published(date="\ud800"), "ledger-date"),
    "deep-value": (FIRST[:-2] + ', "x": ' + "[" * 5000 + "]" * 5000 + "}\n", "ledger-json"),
    "deep-objects": ('{"a":' * 50_000 + "1" + "}" * 50_000 + "\n", "ledger-json"),
    "nul-within": (FIRST.replace("a-p1", "a-p\0" + "1"), "ledger-json"),
    "two-on-a-line": (FIRST.rstrip("\n") + FIRST, "ledger-json"),
    "comment": ("# lines of 2026\n" + FIRST, "ledger-json"),
    "single-quotes": (FIRST.replace('"', "'"), "ledger-json"),
    "line-long": ("x" * 10_000_000 + "\n", "ledger-json"),
    "line-of-spaces": (" " * 10_000_000 + "\n", "ledger-blank"),
    "lines-blank": ("\n" * 200_000, "ledger-blank"),
    "returns": (FIRST.replace("\n", "\r") * 2, "ledger-json"),
    "union-conflict": (FIRST + "=======\n" + published(2), "ledger-json"),
}  # fmt: skip


@each(LEDGERS)
def test_a_wrong_ledger_is_told(given, told):
    _, problems = load(given.encode(), "ledger.jsonl")
    assert_told(problems, told)


MANY = {
    "revisions": event("revise", anchor="a-p1", sha256="%064x"),
    "amendments": event("amend", anchor="a-p1", seal="%064x"),
    "descriptions": event("describe", document="a", seal="%064x"),
}


@pytest.mark.parametrize("name", MANY)
def test_a_long_history_of_one_anchor_or_document_is_read_at_once(name):
    lines = "".join(MANY[name] % number for number in range(1, 30_001))
    ledger, problems = load((FIRST + lines).encode(), "ledger.jsonl")
    assert problems == []
    assert len(ledger["a-p1"].events) + len(ledger.documents.get("a", ())) == 30_001


# The ledger of a copy, which another reader reads

COPIES = {
    "utf-16": (FIRST.rstrip("\n").encode("utf-16-be") + b"\n", "line 1 is no event"),
    "mark": (b"\xef\xbb\xbf" + FIRST.encode(), "line 1 is no event"),
    "surrogates": (FIRST.encode().replace(b"a-p1", b"\xed\xa0\x80"), "line 1 is no event"),
    "anchor-twice": (
        FIRST.replace('"anchor"', '"anchor": "b-p1", "anchor"').encode(), "line 1 is no event"),
    "no-date": (FIRST.replace('"date"', '"day"').encode(), "line 1 is no event"),
    "date-number": (FIRST.replace(f'"{DAY}"', "7").encode(), "line 1 is no event"),
    "value-list": (FIRST.replace('{"date"', '{"x": [1], "date"').encode(), "line 1 is no event"),
    "describe-no-date": (b'{"event": "describe"}\n', "line 1 is no event"),
    "event-unknown": (FIRST.replace("publish", "erase").encode(), "line 1 is no event"),
    "deep": (b"[" * 100_000 + b"\n", "line 1 is no event"),
    "digits": (b'{"event": ' + b"9" * 6000 + b"}\n", "line 1 is no event"),
    "list": (b"[1]\n", "line 1 is no event"),
    "null": (b"null\n", "line 1 is no event"),
    "blank": (FIRST.encode() + b"\n", "line 2 is no event"),
    "cut-off": (FIRST.encode()[:-1], "in the middle of a line"),
    "after-other": ((FIRST + published(2, after=Z)).encode(), "ledger-unbound"),
    "after-stops": (
        (FIRST + published(2, after=AFTER) + published(3)).encode(), "line 3 does not continue"),
    "after-edited": (
        (FIRST.replace(Z, ONE) + published(2, after=AFTER)).encode(), "line 2 does not continue"),
}  # fmt: skip


@each(COPIES)
def test_a_wrong_ledger_of_a_copy_is_told(given, told):
    assert_told(copied.read(given).problems, told)


# Tree heads: ``ledger.head``, a checkpoint that is kept, the request to a witness

ROOT = base64.b64encode(bytes(32)).decode()
HEADS = {
    "empty": "",
    "words": "the head\n",
    "origin-missing": f"\n1\n{ROOT}\n",
    "origin-space": f"a b\n1\n{ROOT}\n",
    "origin-escape": f"a\x1b[2J\n1\n{ROOT}\n",
    "origin-nul": f"a\0\n1\n{ROOT}\n",
    "origin-surrogate": f"\ud800\n1\n{ROOT}\n",
    "origin-override": f"a\u202eb\n1\n{ROOT}\n",
    "size-words": f"a\nmany\n{ROOT}\n",
    "size-negative": f"a\n-1\n{ROOT}\n",
    "size-zero-first": f"a\n01\n{ROOT}\n",
    "size-wide": f"a\n１\n{ROOT}\n",
    "size-huge": f"a\n{'9' * 5000}\n{ROOT}\n",
    "size-missing": f"a\n{ROOT}\n",
    "root-hex": f"a\n1\n{Z}\n",
    "root-short": f"a\n1\n{ROOT[4:]}\n",
    "root-long": f"a\n1\nAAAA{ROOT}\n",
    "root-of-two-forms": f"a\n1\n{ROOT[:-2]}B=\n",
    "root-for-addresses": f"a\n1\n{'_' * 43}=\n",
    "root-cut": f"a\n1\n{ROOT[:-1]}\n",
    "windows": f"a\r\n1\r\n{ROOT}\r\n",
    "mark": f"\ufeffa\n1\n{ROOT}\n",
    "more-separator": f"a\n1\n{ROOT}\nx\u2028y\n",
    "more-escape": f"a\n1\n{ROOT}\n\x1b]0;x\x07\n",
    "blank-first": f"\n\na\n1\n{ROOT}\n",
    "conflict": f"<<<<<<< HEAD\na\n1\n{ROOT}\n",
    "long": "a" * 10_000_000,
}


@pytest.mark.parametrize("name", HEADS)
def test_a_wrong_head_is_no_checkpoint(name):
    with pytest.raises(ValueError, match="it is no checkpoint: origin, size and root"):
        Checkpoint.parse(HEADS[name])


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"\0", HEADS["words"].encode()])
def test_a_wrong_pin_is_told_with_its_mend(data, tmp_path):
    ledger, _ = load(FIRST.encode(), "ledger.jsonl")
    (tmp_path / "ledger.head").write_bytes(data)
    assert_told(compare(tmp_path, ledger).problems, "ledger-head")


NOTE = f"a\n1\n{base64.b64encode(bytes.fromhex(AFTER)).decode()}\n\n— a AAAABBBB\n"
SIGNATURES = {
    "empty": ("", "no signature line"),
    "words": ("I saw it.\n", "no signature line"),
    "hyphen": ("- w AAAABBBB\n", "no signature line"),
    "name-missing": ("— AAAABBBB\n", "no signature line"),
    "name-escape": ("— \x1b[2J AAAABBBB\n", "no signature line"),
    "name-plus": ("— w+1 AAAABBBB\n", "no signature line"),
    "not-base64": ("— w <script>\n", "no signature line"),
    "base64-cut": ("— w AAAAB\n", "no signature line"),
    "words-behind": ("— w AAAABBBB and more\n", "no signature line"),
}


@each(SIGNATURES)
def test_a_wrong_signature_of_a_witness_is_refused(given, told):
    with pytest.raises(ValueError, match=told) as raised:
        with_signatures(NOTE, given)
    assert " To mend: " in str(raised.value)


@pytest.mark.parametrize("old", [-1, 2, 10**30])
def test_a_witness_cannot_have_seen_other_lines_than_there_are(old):
    with pytest.raises(ValueError, match="the tree has 1 entries"):
        request(NOTE, FIRST.encode(), old)


# Citations that readers saved

CITED = f"https://a.example/a.html#a-p1, SHA-256 {Z}, ledger line 1, tree head {AFTER}"
UNREAD = {
    "empty": "",
    "words": "Somewhere in the archive.",
    "older": f"https://a.example/a.html#a-p1, SHA-256 {Z}",
    "line-zero": CITED.replace("line 1", "line 0"),
    "line-negative": CITED.replace("line 1", "line -1"),
    "line-huge": CITED.replace("line 1", f"line {'9' * 5000}"),
    "line-wide": CITED.replace("line 1", "line １"),
    "head-short": CITED[:-1],
    "head-long": CITED + "0",
    "head-upper": CITED.replace(AFTER, AFTER.upper()),
    "head-wide": CITED.replace(AFTER, "０" * 64),
    "binary": bytes(range(256)).decode("utf-8", "replace"),
    "hash-signs": "#" * 1_000_000,
    "near-anchors": "#a" + "-a1" * 300_000,
    "near-fingerprints": "SHA-256 of its text" * 100_000,
    "spaces": "ledger" + " " * 1_000_000 + "line",
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_citation_without_a_tree_head_is_told(name):
    with pytest.raises(CannotCheckError, match="names no tree head"):
        read_citation(UNREAD[name])


CONVICTED = {
    "line-behind-the-end": (CITED.replace("line 1", "line 2"), "the ledger has 1"),
    "line-far": (CITED.replace("line 1", "line 999999999"), "the ledger has 1"),
    "head-other": (CITED.replace(AFTER, Z), "head-differs"),
    "anchor-other": (CITED.replace("#a-p1", "#a-p2"), "citation-differs"),
    "fingerprint-other": (CITED.replace(f"SHA-256 {Z}", f"SHA-256 {ONE}"), "citation-differs"),
    "behind-a-right-one": (f"{CITED}\n{CITED.replace(AFTER, Z)}", "head-differs"),
}


@each(CONVICTED)
def test_a_citation_of_something_else_is_told(given, told):
    fates = copied.read(FIRST.encode())
    assert list(hold(read_citation(CITED), fates)) == []
    assert_told(hold(read_citation(given), fates), told)


# Manifests and sizes

LINE = f"{Z}  index.html\n"
MANIFESTS = {
    "latin-1": (LINE.encode() + b"caf\xe9\n", "is not UTF-8"),
    "cut-off": (LINE.encode()[:-1], "the last line is not whole"),
    "blank": (b"\n", "line 1: the line is no digest and path"),
    "one-space": (f"{Z} index.html\n".encode(), "the line is no digest and path"),
    "no-path": (f"{Z}  \n".encode(), "the line is no digest and path"),
    "digest-short": (LINE[1:].encode(), "has not 64 digits"),
    "digest-long": (("0" * 10_000_000 + "  a\n").encode(), "has not 64 digits"),
    "digest-wide": (f"{'０' * 64}  a\n".encode(), "the line is no digest and path"),
    "twice": ((LINE * 2).encode(), "stands twice"),
    "absolute": (f"{Z}  /etc/passwd\n".encode(), "no path within the site"),
    "up": (f"{Z}  a/../../b\n".encode(), "no path within the site"),
    "here": (f"{Z}  .\n".encode(), "no path within the site"),
    "doubled": (f"{Z}  a//b\n".encode(), "no path within the site"),
    "escaped": (f"{Z}  %2e%2e/b\n".encode(), "a per cent"),
    "backslash": (f"{Z}  ..\\b\n".encode(), "a backslash"),
    "escape": (f"{Z}  a\x1b[2Jb\n".encode(), "a control character"),
    "nul": (f"{Z}  a\0b\n".encode(), "a control character"),
    "windows": (LINE.replace("\n", "\r\n").encode(), "a control character"),
}  # fmt: skip


@each(MANIFESTS)
def test_a_wrong_manifest_is_told(given, told):
    assert_told(manifest.parse(given).problems, told)


SIZES = {
    "negative": "-1 a\n", "words": "many a\n", "fraction": "1.5 a\n", "wide": "１ a\n",
    "huge": "9" * 5000 + " a\n", "no-space": "1a\n", "hexadecimal": "0x1 a\n", "first": " 1 a\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_a_wrong_size_is_no_size(name):
    assert "a" not in manifest.parse_sizes(SIZES[name].encode())
