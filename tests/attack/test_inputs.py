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

import pytest
from PIL import Image
from pybtex.database.input.bibtex import Parser

from archive.citation.bibfile import check_text, check_works, entry_lines, parse
from archive.citation.biblatex import read
from archive.commands.ledger import compare, request, with_signatures
from archive.commands.publish import Documents, publish
from archive.commands.verify import _citations, _read
from archive.fidelity.attestation import parse as parse_attestation
from archive.fidelity.source import read_source
from archive.model import Problem
from archive.model.ledger import load
from archive.model.proof import Checkpoint
from archive.model.record import parse_record
from archive.model.settings import Settings
from archive.model.tree import Tree
from archive.preservation import CannotCheckError, manifest
from archive.preservation import ledger as copied
from archive.preservation.fetching import Client
from archive.preservation.ledger import hold, read_citation
from archive.site.read.sources import refused_download, refused_image
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
LONG = "p" * 2_000_000

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
    "lines-blank": ("\n" * 50_000, "ledger-blank"),
    "returns": (FIRST.replace("\n", "\r") * 2, "ledger-json"),
    "union-conflict": (FIRST + "=======\n" + published(2), "ledger-json"),
}  # fmt: skip


@each(LEDGERS)
def test_a_wrong_ledger_is_told(given, told):
    _, problems = load(given.encode(), "ledger.jsonl")
    assert_told(problems, told)


MANY = {
    "amendments": event("amend", anchor="a-p1", seal="%064x"),
    "descriptions": event("describe", document="a", seal="%064x"),
}


@pytest.mark.parametrize("name", MANY)
def test_a_long_history_of_one_anchor_or_document_is_read_at_once(name):
    lines = "".join(MANY[name] % number for number in range(1, 60_001))
    ledger, problems = load((FIRST + lines).encode(), "ledger.jsonl")
    assert problems == []
    assert len(ledger["a-p1"].events) + len(ledger.documents.get("a", ())) == 60_001


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


# Attestations

PASSAGE = {
    "anchor": "a-p1", "fingerprint": Z, "paragraph": 1, "paragraph-sha256": Z,
    "quotations": [], "endnotes": [],
}  # fmt: skip


def attestation(passage=PASSAGE, **fields):
    given = {"document": "a", "checker": 1, "source-sha256": Z, "passages": [passage]}
    return json.dumps({**given, **{key.replace("_", "-"): each for key, each in fields.items()}})


def attested(**fields):
    return attestation({**PASSAGE, **{key.replace("_", "-"): each for key, each in fields.items()}})


QUOTED = {"passage": [0, 1], "paragraph": [[0, 1]]}
ATTESTATIONS = {
    "empty": ("", "Expecting value"),
    "cut-off": (attestation()[:-1], "attestation-form"),
    "conflict": ("<<<<<<< HEAD\n" + attestation(), "Expecting value"),
    "mark": ("\ufeff" + attestation(), "BOM"),
    "list": ("[]", "exactly the keys"),
    "deep": ("[" * 100_000, "attestation-form"),
    "deep-within": (attestation().replace("[]", "[" * 5000 + "]" * 5000), "attestation-form"),
    "key-more": (attestation(x=1), "exactly the keys"),
    "key-twice": (attestation()[:-1] + ', "checker": 1}', "a key stands twice"),
    "document-empty": (attestation(document=""), "is not a text"),
    "document-number": (attestation(document=7), "is not a text"),
    "document-surrogate": (attestation(document="\ud800"), "is not a text"),
    "document-bytes": (attestation(document="caf\udce9"), "is not a text"),
    "checker-text": (attestation(checker="1"), "whole number from 1"),
    "checker-true": (attestation(checker=True), "whole number from 1"),
    "checker-zero": (attestation(checker=0), "whole number from 1"),
    "checker-infinite": (attestation().replace(": 1,", ": 1e999,", 1), "whole number from 1"),
    "checker-nan": (attestation(checker=float("nan")), "NaN is no number"),
    "checker-huge": (attestation().replace(": 1,", f": {'9' * 9000},", 1), "attestation-form"),
    "source-upper": (attestation(source_sha256="A" * 64), "is not a SHA-256"),
    "passages-object": (attestation(passages={}), "is not a list"),
    "passages-text": (attestation(passages="x" * 5_000_000), "is not a list"),
    "anchor-note": (attested(anchor="a-n1"), "names no passage"),
    "anchor-surrogate": (attested(anchor="\ud800"), "names no passage"),
    "anchor-path": (attested(anchor="../a-p1"), "is not of the form"),
    "paragraph-zero": (attested(paragraph=0), "whole number from 1"),
    "paragraph-fraction": (attested(paragraph=1.0), "whole number from 1"),
    "span-of-one": (
        attested(quotations=[{**QUOTED, "passage": [1]}]), "is not an offset and a length"),
    "span-negative": (attested(quotations=[{**QUOTED, "passage": [-1, 1]}]), "from 0"),
    "quotation-of-nothing": (attested(quotations=[{**QUOTED, "paragraph": []}]), "of 1 or more"),
    "endnote-reference": (
        attested(endnotes=[{"number": 1, "reference": "\ud800"}]), "is not a text"),
}  # fmt: skip


@each(ATTESTATIONS)
def test_a_wrong_attestation_is_told(given, told):
    found, problems = parse_attestation(given, "documents/a.attestation.json")
    assert found is None
    assert_told(problems, told)


# References


def entry(**fields):
    said = "".join(f", {name} = {{{value}}}" for name, value in {"title": "a", **fields}.items())
    return f"@online{{one{said}}}"


BIBS = {
    "address-of-nothing": (entry(url="https://"), "reference-address"),
    "address-no-slashes": (entry(url="https:evil.example"), "reference-address"),
    "address-three-slashes": (entry(url="https:///evil.example"), "reference-address"),
    "address-bracket": (entry(url="http://[::1"), "reference-address"),
    "address-escaped": (entry(url="javascript%3Aalert(1)"), "reference-address"),
    "address-relative": (entry(url="//evil.example"), "reference-address"),
    "archive-script": (entry(archiveurl="javascript:alert(1)"), "reference-address"),
    "howpublished-script": (entry(howpublished="javascript:alert(1)"), "reference-address"),
    "doi-words": (entry(doi="none"), "reference-doi"),
    "doi-space": (entry(doi="10.1234/a b"), "reference-doi"),
    "doi-long": (entry(doi="1" * 1_000_000), "reference-doi"),
    "date-backwards": (entry(date="2021-02-08/2020-01-01"), "reference-date"),
    "date-backwards-years": (entry(date="2021/2020"), "reference-date"),
    "date-wide": (entry(date="２０２１"), "reference-date"),
    "date-season": (entry(date="2021-21"), "reference-date"),
    "date-nothing": (entry(date="../.."), "reference-date"),
    "year-long": (entry(year="9" * 6000), "reference-date"),
    "latex-open": (entry(note="\\emph{{a}} \\{ {b"), "reference-"),
    "nested-far": (entry(title="a{" * 5000 + "}" * 5000), "nested"),
    "nested-spaced": ("@online{one, title = " + "{ \n" * 500 + "a" + "}" * 500 + "}",
                      "nested-too-deep"),
    "no-comma-often": ("@a{b c}\n" * 60_000, "reference-syntax"),
    "commas-in-a-name": (entry(author="a, b, c, d, e"), "Too many commas"),
    "field-twice": ("@online{one, title = {a}, title = {b}}", "duplicate title"),
    "key-override": ("@online{a\u202eb, title = {a}}", "reference-key"),
    "key-path": ("@online{../../x, title = {a}}", "reference-key"),
}  # fmt: skip


@each(BIBS)
def test_a_wrong_reference_is_told(given, told):
    fatal, problems = check_text(given.encode(), "references.bib")
    if fatal:
        assert_told([*fatal, *problems][:100], told)
        return
    problems += parse([("references.bib", given)])[1]
    if not problems:
        reading = read(Parser().parse_string(given).entries)
        problems += check_works(reading, entry_lines(given), "references.bib")
    assert_told(problems[:100], told)


# Records: the line in the place of the one with its key

RECORDS = {
    "nested-list": ("title: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
    "nested-mapping": ("title: " + "{a: " * 3000 + "}" * 3000, "nested too deeply"),
    "nested-items": ("title:\n  " + "- " * 3000 + "x", "nested too deeply"),
    "nested-keys": ("title: a\n" + "? " * 3000, "record-syntax"),
    "nested-open": ("title: " + "[" * 5_000, "record-syntax"),
    "key-list": ("title: a\n[a]: b", "A key is no single text"),
    "key-mapping": ("title: a\n? {a: b}\n: c", "A key is no single text"),
    "key-escape": ('title: a\n"\\e[2J": b', "record-key-unknown"),
    "key-override": ('title: a\n"\\u202e": b', "record-key-unknown"),
    "key-empty": ('title: a\n"": b', "record-key-unknown"),
    "key-long": (f"title: a\n{'k' * 100_000}: b", "record-syntax"),
    "keys-many": ("title: a\n" + "\n".join(f"k{n}: a" for n in range(500)), "record-key-unknown"),
    "set": ("title: !!set {a}", "record-value-form"),
    "version": ("%YAML 9.9", "record-syntax"),
    "folded": ("title: >\n  a\n  b", "record-value-control"),
    "pair": ('title: "\\ud83d\\ude00"', "record-syntax"),
    "date-backwards": ("date: 2021-02-08/2020-01-01", "ends before it begins"),
    "date-backwards-month": ("date: 2021-03/2021-02", "ends before it begins"),
    "date-wide": ("date: ２０２１", "record-date"),
    "date-negative": ("date: -2021", "record-date"),
    "date-nothing": ("date: ../..", "says nothing"),
    "date-two": ("date: 2020/2021/2022", "record-date"),
    "address-bracket": ('  address: "http://[::1"', "record-address"),
    "address-of-nothing": ("  address: https://", "record-address"),
    "address-no-slashes": ("  address: https:x", "record-address"),
    "address-three-slashes": ("  address: https:///x", "record-address"),
    "address-override": ('  address: "https://x\\u202e.example/"', "record-value-control"),
    "paragraphs-wide": ("  paragraphs: １", "record-count"),
    "paragraphs-long": (f"  paragraphs: {'9' * 100_000}", "record-count"),
    "paragraphs-signed": ("  paragraphs: +1", "record-count"),
    "paragraphs-joined": ("  paragraphs: 1_0", "record-count"),
    "language-wide": ("language: ｅｎ", "record-language"),
}  # fmt: skip


@each(RECORDS)
def test_a_wrong_record_is_told(given, told):
    key = "title" if given.startswith("%") else given.partition(":")[0]
    lines = HEAD.format(id="x").split("\n")
    at = next(number for number, each in enumerate(lines) if each.startswith(f"{key}:"))
    lines[at] = given
    record, problems = parse_record("\n".join(lines), "documents/x.md", "x", SETTINGS)
    assert record is None
    assert_told(problems, told)


# Settings of ``conf.py``

WRONG_SETTINGS = {
    "project-none": ("project", None),
    "project-number": ("project", 7),
    "project-empty": ("project", ""),
    "project-escape": ("project", "a\x1b[2J"),
    "project-override": ("project", "a\u202eb"),
    "project-surrogate": ("project", "a\ud800"),
    "base-none": ("html_baseurl", None),
    "base-number": ("html_baseurl", 7),
    "base-script": ("html_baseurl", "javascript:alert(1)"),
    "base-relative": ("html_baseurl", "/archive/"),
    "base-bracket": ("html_baseurl", "http://[::1"),
    "base-markup": ("html_baseurl", 'https://a.example/"><script>'),
    "base-nothing": ("html_baseurl", "https://"),
    "short-name-number": ("archive_short_name", 7),
    "short-name-path": ("archive_short_name", "../a"),
    "short-name-capital": ("archive_short_name", "Archive"),
    "description-bytes": ("archive_description", b"x"),
    "publisher-list": ("archive_publisher", []),
    "credit-mapping": ("archive_credit", {}),
    "licence-none": ("archive_licence", None),
    "licence-number": ("archive_licence", ("CC0", 7)),
    "licence-unnamed": ("archive_licence", ("", "https://a.example/")),
    "licence-script": ("archive_licence", ("CC0", "javascript:alert(1)")),
    "licence-three": ("archive_licence", ("a", "https://a.example/", "b")),
    "kinds-text": ("archive_kinds", "letter"),
    "kinds-empty": ("archive_kinds", []),
    "kinds-none": ("archive_kinds", [None]),
    "kinds-lines": ("archive_kinds", ["a\nb"]),
    "letters-pairs": ("archive_letters", [("a", "article")]),
    "letters-number": ("archive_letters", {7: "article"}),
    "letters-two": ("archive_letters", {"ab": "article"}),
    "letters-other": ("archive_letters", {"\u0430": "article"}),
    "letters-lines": ("archive_letters", {"a": "x\ny"}),
    "letters-empty": ("archive_letters", {"a": " "}),
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_a_wrong_setting_is_named(name):
    key, value = WRONG_SETTINGS[name]
    named = "archive_short_name" if value == "" else key
    with pytest.raises(ValueError, match=f"^{named}: "):
        Settings.of({**VALUES, key: value})


# Images and downloads


def drawing(within="", before="", attributes=""):
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{within}</svg>'.encode()


def picture(form):
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, form)
    return file.getvalue()


def part(kind, data):
    sum_ = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + sum_


PNG = picture("PNG")
BEGIN, HEADER = PNG[:8], PNG[:33]
IMAGES = {
    "attributes.svg": (
        drawing(before='<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>'),
        "declarations of its own"),
    "attributes-utf-16.svg": (
        drawing(before='<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>')
        .decode().encode("utf-16"), "declarations of its own"),
    "entity.svg": (drawing(before='<!DOCTYPE svg [<!ENTITY a "b">]>'), "declarations of its own"),
    "parameter.svg": (
        drawing(before='<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://evil.example/x"> %a;]>'),
        "declarations of its own"),
    "notation.svg": (
        drawing(before='<!DOCTYPE svg [<!NOTATION a SYSTEM "x">]>'), "declarations of its own"),
    "elsewhere.svg": (
        drawing(before='<!DOCTYPE svg SYSTEM "https://evil.example/x.dtd">'),
        "declarations of its own"),
    "sheet.svg": (drawing(before='<?xml-stylesheet href="x.css"?>'), "an instruction"),
    "base.svg": (drawing(attributes='xml:base="https://evil.example/"'), "the attribute base"),
    "uses.svg": (drawing("<g>" * 200 + "<use/>" * 50_000 + "</g>" * 200), "more than 1,000 uses"),
    "use-of-uses.svg": (
        drawing('<g id="a"><use href="#a"/></g>'), "a use of what has uses itself"),
    "comment.svg": (
        drawing('<style>a{fill:url(/**/"https://evil.example")}</style>'), "loads something"),
    "cdata.svg": (
        drawing("<style><![CDATA[a{fill:url(https://evil.example)}]]></style>"), "loads something"),
    "escape.svg": (
        drawing('<g style="fill:u\\72l(https://evil.example)"/>'), "the attribute style"),
    "foreign.svg": (drawing("<foreignObject/>"), "the element “foreignObject”"),
    "moves.svg": (drawing('<set attributeName="href" to="x"/>'), "the element “set”"),
    "utf-16.svg": (drawing("<script/>").decode().encode("utf-16"), "the element “script”"),
    "unknown.svg": (drawing("&nosuch;"), "no drawing in XML"),
    "deep.svg": (drawing("<g>" * 100_000), "no drawing in XML"),
    "packed.svg": (gzip.compress(drawing()), "no drawing in XML"),
    "empty.svg": (b"", "no drawing in XML"),
    "page.svg": (b"<html><body/></html>", "no svg element"),
    "empty.png": (b"", "no PNG image"),
    "cut.png": (PNG[:-30], "no PNG image"),
    "head.png": (PNG[:20], "no PNG image"),
    "jpeg.png": (picture("JPEG"), "no PNG image"),
    "large.png": (
        BEGIN + part(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
        + part(b"IDAT", b"x"), "more than 80,000,000 pixels"),
    "nothing.png": (
        BEGIN + part(b"IHDR", struct.pack(">IIBBBBB", 0, 0, 8, 2, 0, 0, 0)), "no PNG image"),
    "words.png": (
        HEADER + part(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 20_000_000)) + PNG[33:],
        "no PNG image"),
    "cut.webp": (picture("WEBP")[:40], "no WEBP image"),
    "cut.gif": (picture("GIF")[:20], "no GIF image"),
    "cut.jpg": (picture("JPEG")[:300], "no JPEG image"),
    "packed.svgz": (gzip.compress(drawing()), "asset-type"),
    "no-type": (PNG, "asset-type"),
    "a\x1b[2J.bmp": (PNG, "asset-type"),
}  # fmt: skip


@each(IMAGES)
def test_a_wrong_image_is_told(given, told, tmp_path):
    name = next(name for name, row in IMAGES.items() if row == (given, told))
    (tmp_path / name).write_bytes(given)
    found = refused_image(tmp_path / name)
    assert found
    assert_told([Problem(name, 0, *found)], told)


DOWNLOADS = {
    "page.pdf": (b"<html>", "no pdf file"),
    "page.docx": (b"<html>", "no docx file"),
    "late.pdf": (b"\n%PDF-1.7", "no pdf file"),
    "utf-16.txt": ("a".encode("utf-16"), "no text in UTF-8"),
    "nul.csv": (b"a\0b", "no text"),
    "drawing.svg": (drawing(), "asset-type"),
    "page.xhtml": (b"<html/>", "asset-type"),
    "page.txt.html": (b"<html/>", "asset-type"),
    ".htaccess": (b"Options +Indexes", "asset-type"),
    "cut.png": (PNG[:-30], "no PNG image"),
}


@each(DOWNLOADS)
def test_a_wrong_download_is_told(given, told, tmp_path):
    name = next(name for name, row in DOWNLOADS.items() if row == (given, told))
    (tmp_path / name).write_bytes(given)
    found = refused_download(tmp_path / name)
    assert found
    assert_told([Problem(name, 0, *found)], told)


def test_a_pipe_is_no_image(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    found = refused_image(tmp_path / "pipe.png")
    assert found
    assert_told([Problem("pipe.png", 0, *found)], "no ordinary file")


# Source texts

SOURCES = {
    "empty": (b"", "source-empty"),
    "spaces": (b" \n \n" * 10_000, "source-empty"),
    "stars": (b"***\n\n---\n", "source-empty"),
    "utf-16": ("a".encode("utf-16"), "UTF-16"),
    "utf-32": ("abc".encode("utf-32-be"), "U+0000"),
    "latin-1": (b"caf\xe9", "not UTF-8"),
    "surrogates": (b"a\xed\xa0\x80", "not UTF-8"),
    "overlong": (b"a\xc0\xaf", "not UTF-8"),
    "nul": (b"a\0b", "U+0000"),
    "noncharacter": ("a\ufdd0".encode(), "U+FDD0"),
    "no-mark": (b"a\n\n[^1]: x\n", "has no mark"),
    "no-note": (b"a[endnoteRef:1]\n", "its text was not found"),
    "note-twice": (b"a[^1] b[1]\n\n[^1]: x\n\nNotes\n\n1. y\n", "stands twice"),
    "brackets": (b"a[endnoteRef:1]" + b"[1:" * 50_000, "its text was not found"),
    "marks-alone": (b"[endnoteRef:1]" * 10_000, "source-empty"),
    "signs": (b"# " + b"#" * 1_000_000, "source-empty"),
}


@each(SOURCES)
def test_a_wrong_source_is_told(given, told):
    _, problems = read_source(given, "a.txt")
    assert_told(problems, told)


# Arguments of commands


def of_publish(**given):
    return Namespace(
        **{"correct": None, "day": "", "join": "", "swapped": False, "dry_run": False, **given}
    )


ARGUMENTS = {
    "day-words": ({"day": "yesterday"}, "is not a day of the calendar"),
    "day-none": ({"day": "2026-02-30"}, "is not a day of the calendar"),
    "day-wide": ({"day": "２０２６-11-22"}, "is not a day of the calendar"),
    "day-short": ({"day": "2026-1-1"}, "is not a day of the calendar"),
    "day-long": ({"day": "9" * 6000}, "is not a day of the calendar"),
    "correct-no-day": ({"correct": 1}, "say on which day the line was written"),
    "correct-zero": ({"correct": 0, "day": DAY}, "no event that can be corrected"),
    "correct-negative": ({"correct": -1, "day": DAY}, "no event that can be corrected"),
    "correct-later": ({"correct": 99, "day": DAY}, "no event that can be corrected"),
    "join-nothing": ({"join": "nosuch"}, "there is no commit nosuch"),
    "join-option": ({"join": "--help"}, "there is no commit --help"),
    "join-lines": ({"join": "HEAD\nHEAD"}, "there is no commit"),
    "join-nul": ({"join": "a\0b"}, "there is no commit"),
    "join-no-checkout": ({"join": "HEAD"}, "there is no commit HEAD"),
}


@each(ARGUMENTS)
def test_a_wrong_argument_of_publish_is_told_and_nothing_is_written(given, told, tmp_path):
    (tmp_path / "ledger.jsonl").write_text(FIRST, "utf-8")
    with pytest.raises(ValueError, match=told):
        publish(tmp_path, Documents((), (), (), SETTINGS), of_publish(**given))
    assert (tmp_path / "ledger.jsonl").read_text("utf-8") == FIRST


BASES = ["nosuch", "--help", "-x", "HEAD\nHEAD", "a\0b", "HEAD:ledger.jsonl", "..", "@{-1}"]


@pytest.mark.parametrize("base", BASES)
def test_a_wrong_base_is_told(base, tmp_path):
    ledger, _ = load(FIRST.encode(), "ledger.jsonl")
    with pytest.raises(ValueError, match="there is no commit") as raised:
        compare(tmp_path, ledger, base)
    assert " To mend: git fetch" in str(raised.value)


ADDRESSES = [
    "archive.example", "ftp://archive.example/", "file:///etc/", "javascript:alert(1)", "https://",
    "http://[::1", "http://a.example:99999/", "http://a b/", "http://\ud800.example/",
    f"http://{'a' * 300}.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_wrong_address_of_the_live_archive_is_told(address, tmp_path):
    ledger, _ = load(FIRST.encode(), "ledger.jsonl")
    with pytest.raises(ValueError, match="cannot be compared with"):
        compare(tmp_path, ledger, live=address)


CLIENTS = {
    "rate-negative": ({"rate": -1}, "is no rate"),
    "rate-nan": ({"rate": float("nan")}, "is no rate"),
    "agent-lines": ({"headers": {"User-Agent": "a\r\nHost: b"}}, "is no User-Agent"),
    "agent-other": ({"headers": {"User-Agent": "\u0430"}}, "is no User-Agent"),
    "agent-nul": ({"headers": {"User-Agent": "a\0"}}, "is no User-Agent"),
}


@each(CLIENTS)
def test_a_wrong_argument_of_verify_is_told(given, told):
    with pytest.raises(CannotCheckError, match=told):
        Client(**{"base": "https://archive.example/", "rate": 1, **given})


@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "folder", "nothing", "a\0b"])
def test_a_file_for_verify_that_never_ends_or_is_none_is_told(name, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CannotCheckError):
        _read(tmp_path / name)


def test_a_saved_citation_of_any_bytes_is_told(tmp_path):
    (tmp_path / "a.ris").write_bytes(bytes(range(256)) * 1000)
    with pytest.raises(CannotCheckError, match="names no tree head"):
        _citations(tmp_path / "a.ris")
