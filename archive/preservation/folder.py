"""Checks a copy in a folder: a site, or a bag (RFC 8493).  Each file is read once."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.preservation import CannotCheckError, Check, Figures, Finding, manifest
from archive.preservation.expected import AtHand, Expected, expect
from archive.preservation.proof import order, wants
from archive.preservation.site import BLOCK, PAYLOAD, files, tree

# Called with the path that is checked, the number of files done, and the number of all files.
Progress = Callable[[str, int, int], None]

_ANEW = "take the bag anew, from whoever made it"
_INSIDE = f"{PAYLOAD}/"
_SITE = f"{_INSIDE}site"


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder, and the digests of what was read of them."""

    root: Path
    algorithms: tuple[str, ...] = ("sha256",)
    found: dict[str, Mapping[str, str]] = field(default_factory=dict)  # by path, then algorithm

    def read(self, path: str) -> bytes:
        """All bytes of a file."""
        data = (self.root / path).read_bytes()
        self.found[path] = {name: hashlib.new(name, data).hexdigest() for name in self.algorithms}
        return data

    def hash(self, path: str) -> None:
        """Read a file without keeping it."""
        hashes = {name: hashlib.new(name) for name in self.algorithms}
        with (self.root / path).open("rb") as file:
            while block := file.read(BLOCK):
                for each in hashes.values():
                    each.update(block)
        self.found[path] = {name: each.hexdigest() for name, each in hashes.items()}


def check_folder(root: Path, at_hand: AtHand, progress: Progress) -> Check:
    """Check a site or a bag.  Raises CannotCheckError where it is neither or cannot be read."""
    if not root.is_dir():
        raise CannotCheckError(f"{root} is no folder; a packed bag is unpacked first: tar xf")
    try:
        if (root / "bagit.txt").is_file():
            return (yield from check_bag(root, at_hand, progress))
        return (yield from check_site(Folder(root), "", at_hand, progress))
    except (OSError, ValueError) as error:
        raise CannotCheckError(str(error)) from error


# A site


def check_site(folder: Folder, prefix: str, at_hand: AtHand, progress: Progress) -> Check:
    """Hold every file against the manifest, and what it says against the ledger.

    The site is below ``prefix`` in the folder, which ends in a slash unless it is empty.
    """
    site = folder.root / prefix

    def read(path: str, most: int) -> bytes | None:
        if not (site / path).is_file():
            return None
        if (site / path).stat().st_size > most:
            raise CannotCheckError(f"{path} is larger than {most >> 10} KB")
        return folder.read(prefix + path)

    expected = yield from expect(read, at_hand)
    if expected is None:
        return Figures(0, 0)
    there = sorted((file.path for file in files(site)), key=order)
    for done, path in enumerate(there):
        progress(path, done, len(there))
        if path in expected.digests:
            yield from _judge(folder, prefix, path, expected)
        else:
            yield from _unnamed(folder, prefix, path, expected)
    yield from map(manifest.missing, sorted(expected.digests.keys() - set(there)))
    yield from expected.without_a_page()
    return expected.figures


def _judge(folder: Folder, prefix: str, path: str, expected: Expected) -> Iterator[Finding]:
    data = None
    if path not in expected.taken:
        if wants(path):
            data = folder.read(prefix + path)
        else:
            folder.hash(prefix + path)
    yield from expected.judge(path, folder.found[prefix + path]["sha256"], data)


def _unnamed(folder: Folder, prefix: str, path: str, expected: Expected) -> Iterator[Finding]:
    """Judge a file that the manifest does not name.  A host may keep FILE.gz beside its FILE."""
    packed = path.removesuffix(".gz")
    named = expected.digests
    if packed == path or packed not in named:
        yield manifest.extra(path)
        if wants(path):
            yield from expected.proof.read(path, folder.read(prefix + path))
        return
    most = expected.sizes.get(packed, BLOCK << 10)
    sha256, left = hashlib.sha256(), most
    try:
        with gzip.open(folder.root / prefix / path) as file:
            while left >= 0 and (block := file.read(BLOCK)):
                sha256.update(block)
                left -= len(block)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield manifest.altered(path, named[packed], "no gzip file")
        return
    if left < 0:
        yield manifest.altered(path, named[packed], "that of a larger file")
    elif sha256.hexdigest() != named[packed]:
        yield manifest.altered(path, named[packed], sha256.hexdigest())


# A bag (RFC 8493)

_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_DECLARATION = re.compile(
    r"BagIt-Version: (0\.97|1\.0)\r?\nTag-File-Character-Encoding: UTF-8\r?\n?"
)


def check_bag(root: Path, at_hand: AtHand, progress: Progress) -> Check:
    """Check a bag against its own manifests, and the site in its payload as a site."""
    yield from _declared(root)
    payload, problems = _manifests(root, tags=False)
    yield from problems
    tags, problems = _manifests(root, tags=True)
    yield from problems
    folder = Folder(root, tuple(dict.fromkeys(("sha256", *payload, *tags))))
    figures = Figures(0, 0)
    if (root / _SITE).is_dir():
        figures = yield from check_site(folder, f"{_SITE}/", at_hand, progress)
    there = sorted(file.path for file in tree(root))
    for done, path in enumerate(there):
        progress(path, done, len(there))
        if path not in folder.found:
            folder.hash(path)
    inside = {path: found for path, found in folder.found.items() if path.startswith(_INSIDE)}
    outside = {
        path: found for path, found in folder.found.items()
        if not path.startswith((_INSIDE, "tagmanifest-"))
    }  # fmt: skip
    yield from _hold(payload, inside)
    yield from _hold(tags, outside)
    yield from _weighed(root, there)
    return figures if figures.files else Figures(len(there), 0)


def _declared(root: Path) -> Iterator[Finding]:
    if not _DECLARATION.fullmatch((root / "bagit.txt").read_text("utf-8")):
        message = "it declares neither BagIt 1.0 nor 0.97 in UTF-8"
        yield Finding("bagit.txt", "bag-broken", message, _ANEW)
    if (root / "fetch.txt").exists():
        message = "the bag has files that are to be fetched from elsewhere"
        yield Finding("fetch.txt", "bag-broken", message, "complete the bag first")


def _manifests(root: Path, *, tags: bool) -> tuple[dict[str, Mapping[str, str]], list[Finding]]:
    """The digests of each algorithm, by path, of the payload or of the tag files."""
    found: dict[str, Mapping[str, str]] = {}
    problems: list[Finding] = []
    for path in sorted(root.glob("tagmanifest-*.txt" if tags else "manifest-*.txt")):
        name = _MANIFEST.fullmatch(path.name)
        if name is None or name[2] not in _DIGITS:
            problems.append(Finding(path.name, "bag-broken", "its algorithm is unknown", _ANEW))
            continue
        parsed = manifest.parse(path.read_bytes(), path.name, _DIGITS[name[2]])
        found[name[2]] = parsed.digests
        problems += parsed.problems
    if not found and not tags:
        message = "the bag has no manifest of its payload"
        problems.append(Finding("", "bag-broken", message, _ANEW))
    return found, problems


def _hold(
    manifests: Mapping[str, Mapping[str, str]], found: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """Hold digests against all manifests; every file is in each of them."""
    told: set[tuple[str, str]] = set()
    for name, wanted in manifests.items():
        digests = {path: each[name] for path, each in found.items()}
        for finding in manifest.differences(wanted, digests):
            if (finding.path, finding.rule) not in told:
                told.add((finding.path, finding.rule))
                yield finding


def _weighed(root: Path, there: list[str]) -> Iterator[Finding]:
    """Hold the payload against its Payload-Oxum: bytes and files."""
    info = root / "bag-info.txt"
    text = info.read_text("utf-8") if info.is_file() else ""
    said = re.search(r"^Payload-Oxum: *(\S+)", text, re.MULTILINE)
    payload = [root / path for path in there if path.startswith(f"{PAYLOAD}/")]
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    if said and said[1] != oxum:
        message = f"the payload is {oxum} in bytes and files, and not {said[1]}"
        yield Finding("bag-info.txt", "bag-broken", message, _ANEW)
