"""Manifest, BagIt bag, verification of copies, settings of hosts; and the bounds of reading."""

from __future__ import annotations

import re
import signal
import sys
import threading
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# --- Manifest, BagIt bag, verification of copies, and the settings of hosts.

# What a check of a copy finds: the rule, what is wrong, and how to mend it.

# Every rule of a copy, by its stable code.
RULES = {
    "manifest-missing": "a site has a manifest-sha256.txt at its root",
    "manifest-broken": "each line of a manifest is a digest, two spaces and a path, each path once",
    "file-missing": "every file of the manifest is there",
    "file-altered": "every file has the bytes that the manifest names",
    "file-extra": "no file is there that the manifest does not name",
    "file-moved": "no address of the manifest leads elsewhere, save where the ledger says so",
    "file-unreachable": "every file can be fetched",
    "file-endless": "no answer is larger, slower or more deeply packed than its file can be",
    "file-differs": "a mirror gives everybody the same bytes, whatever program asks",
    "header-wrong": "a mirror says what a file is, so that no browser takes it for something else",
    "ledger-missing": "a site has its ledger.jsonl at its root",
    "ledger-broken": "every line of the ledger is whole",
    "ledger-unbound": "every line that names a tree head names that of the lines before it",
    "ledger-lacks": "the ledger knows every anchor that the pages have",
    "ledger-differs": "the copy's ledger and the one at hand agree as far as both go",
    "ledger-behind": "the copy's ledger is no shorter than the one at hand",
    "head-differs": "the copy's ledger has every tree head that is named to it",
    "citation-differs": "what was cited stands in the ledger as the citation says",
    "anchor-lost": "every anchor ever published answers at its old address",
    "anchor-repeated": "every anchor stands once in its page",
    "words-differ": "page, MyST copy, PDF and EPUB say what the ledger has the fingerprint of",
    "wording-differs": "earlier words have their fingerprints, and are shown where they stood",
    "label-differs": "a page shows the number that the MyST copy has for a passage",
    "words-hidden": "no attribute of a page hides a published block",
    "words-unreadable": "every form of a document can be read",
    "seal-differs": "the data beside a document is what the ledger has the seals of",
    "shown-differs": "page and EPUB show what is sealed, and nothing besides",
    "record-differs": "citations, records and heads say what the sealed record says",
    "order-differs": "the blocks of a document stand in one order in all its forms",
    "attachment-differs": "what is attached to a PDF is what the site has",
    "script-foreign": "no script is there that the engine does not know",
    "bag-broken": "a bag is what RFC 8493 says of one",
    "signature-bad": "a signature is of this manifest, by a signer on the list",
    "signature-missing": "where a list of signers is given, the manifest is signed by one of them",
}

_PLAIN = re.compile(r"[\w./~+-]*")
_LONGEST = 400  # characters of a stranger’s text that are shown


def harmless(text: str) -> str:
    """A text with nothing in it that a terminal obeys or that ends a line, and of bounded length.

    Control characters, line ends, and characters that turn the direction of writing are escaped.
    """
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def shown_name(name: str) -> str:
    """A stranger's name for something, in quotation marks unless it is a plain path.

    So no name can pass for a sentence of the report.
    """
    return name if _PLAIN.fullmatch(name) and name.isascii() else f'"{harmless(name)}"'


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule of a copy."""

    path: str  # of the file, relative to the copy's root; "" stands for the copy as a whole
    rule: str  # one of RULES
    message: str  # what is wrong
    mend: str  # what to do about it

    def __str__(self) -> str:
        place = f"{shown_name(self.path)}: " if self.path else ""
        said = f"{harmless(self.message).rstrip('.')}. [{self.rule}]"
        return f"{place}{said} To mend: {harmless(self.mend).rstrip('.')}."


@dataclass(frozen=True, slots=True, order=True)
class Unchecked:
    """Something that could not be checked, which is no fault of the copy."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"Not checked: {harmless(self.what)}, {harmless(self.why).rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of a copy was checked."""

    files: int  # that the manifest names
    anchors: int  # that the ledger names
    words: int = 0  # blocks whose words were held against the ledger, in all forms together
    unchecked: tuple[Unchecked, ...] = ()
    said: tuple[str, ...] = field(default=())  # sentences for the reader


# A check yields each finding as it is found, and returns the figures.
Check = Generator[Finding, None, Figures]


class CannotCheckError(Exception):
    """Why a copy could not be checked, or not completely."""


# --- Bounds for reading what strangers made: no file takes more than its share of time and memory.

MEMORY = 2 << 30  # bytes more than the process has
SECONDS = 120  # for one file: a print of thousands of pages takes as long

_STREAM = re.compile(rb"stream\r?\n")


class BoundError(Exception):
    """A file took too much to be read."""


@contextmanager
def bounded() -> Iterator[None]:
    """Raise BoundError where what is done within takes too long, or too much memory.

    The operating system enforces both (setitimer(2), setrlimit(2)); where it cannot, or outside of
    the main thread, nothing is bounded.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        yield
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
        yield
    except MemoryError as error:
        raise BoundError("it takes too much memory to read") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _too_long(*_: object) -> None:
    raise BoundError("it takes too long to read")


def check_packing(data: bytes, most: int) -> None:
    """Raise BoundError where the streams of a PDF unpack to more than ``most`` bytes."""
    left = most
    for begin in _STREAM.finditer(data):
        end = data.find(b"endstream", begin.end())
        unpacking = zlib.decompressobj()
        try:
            left -= len(unpacking.decompress(data[begin.end() : end], left))
        except zlib.error:
            continue  # it is packed in another way, or not at all
        if left <= 0 or unpacking.unconsumed_tail:
            raise BoundError("it unpacks to more than a document can have")
