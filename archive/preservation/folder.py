"""Checks a copy in a folder: a site, or a bag (RFC 8493)."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from archive.preservation import manifest
from archive.preservation.bag import PAYLOAD
from archive.preservation.expected import AtHand, Expected, expect
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.pages import read_page
from archive.preservation.site import BLOCK, digests, files, tree

# Called with the path that is checked, the number of files done, and the number of all files.
Progress = Callable[[str, int, int], None]

_ANEW = "take the bag anew, from whoever made it"


def check_folder(root: Path, at_hand: AtHand, progress: Progress) -> Check:
    """Check a site or a bag.  Raises CannotCheckError where it is neither or cannot be read."""
    if not root.is_dir():
        raise CannotCheckError(f"{root} is no folder; a packed bag is unpacked first: tar xf")
    try:
        if (root / "bagit.txt").is_file():
            return (yield from check_bag(root, at_hand, progress))
        return (yield from check_site(root, at_hand, progress))
    except (OSError, ValueError) as error:
        raise CannotCheckError(str(error)) from error


# A site


def check_site(root: Path, at_hand: AtHand, progress: Progress) -> Check:
    """Hold every file against the manifest, and every anchor of the ledger against its page."""
    expected = yield from expect(lambda path: _bytes(root / path), at_hand)
    if expected is None:
        return Figures(0, 0)
    there = sorted(file.path for file in files(root))
    for done, path in enumerate(there):
        progress(path, done, len(there))
        if path not in expected.digests:
            yield from _unnamed(root, path, expected.digests)
        else:
            yield from _judge(root, path, expected)
    yield from map(manifest.missing, sorted(expected.digests.keys() - set(there)))
    yield from expected.without_a_page()
    return expected.figures


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _judge(root: Path, path: str, expected: Expected) -> Iterator[Finding]:
    if path in expected.anchors:
        data = (root / path).read_bytes()
        yield from expected.judge(path, hashlib.sha256(data).hexdigest(), read_page(data, path))
    else:
        yield from expected.judge(path, digests(root / path)["sha256"], None)


def _unnamed(root: Path, path: str, named: Mapping[str, str]) -> Iterator[Finding]:
    """Judge a file that the manifest does not name.  A host may keep FILE.gz beside its FILE."""
    packed = path.removesuffix(".gz")
    if packed == path or packed not in named:
        yield manifest.extra(path)
        return
    sha256 = hashlib.sha256()
    try:
        with gzip.open(root / path) as file:
            while block := file.read(BLOCK):
                sha256.update(block)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield manifest.altered(path, named[packed], "no gzip file")
        return
    if sha256.hexdigest() != named[packed]:
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
    there = sorted(file.path for file in tree(root))
    for tags, chosen in (
        (False, [path for path in there if path.startswith(f"{PAYLOAD}/")]),
        (True, [path for path in there if not path.startswith(f"{PAYLOAD}/")]),
    ):
        manifests, problems = _manifests(root, tags=tags)
        yield from problems
        yield from _hold(root, manifests, chosen, progress)
    yield from _weighed(root, there)
    site = root / PAYLOAD / "site"
    if site.is_dir():
        return (yield from check_site(site, at_hand, progress))
    return Figures(len(there), 0)


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
    root: Path, manifests: Mapping[str, Mapping[str, str]], there: list[str], progress: Progress
) -> Iterator[Finding]:
    """Hold files against all manifests at once, each file read once; every file is in each."""
    held = [path for path in there if not path.startswith("tagmanifest-")]
    found: dict[str, dict[str, str]] = {name: {} for name in manifests}
    for done, path in enumerate(held if manifests else ()):
        progress(path, done, len(held))
        for name, digest in digests(root / path, manifests).items():
            found[name][path] = digest
    told: set[tuple[str, str]] = set()
    for name, wanted in manifests.items():
        for finding in manifest.differences(wanted, found[name]):
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
