"""Checks a copy that lies in a folder: a site, or a bag."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.preservation import ledger, manifest
from archive.preservation.bag import PAYLOAD
from archive.preservation.expected import Expected, expected
from archive.preservation.finding import CannotCheckError, Check, Figures, Finding
from archive.preservation.hashing import BLOCK, digests
from archive.preservation.manifest import Manifest
from archive.preservation.pages import read_page
from archive.preservation.site import LEDGER, files, tree

# Called with the path at hand, the number of files done and of all.
Progress = Callable[[str, int, int], None]

_ANEW = "take the bag anew, from whoever made it"


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the checker holds beforehand, and trusts more than the copy."""

    manifest: bytes | None = None
    ledger: bytes | None = None


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
    served = _bytes(root / manifest.NAME)
    wanted, problems = wanted_manifest(served, at_hand)
    yield from problems
    if wanted is None:
        return Figures(0, 0)
    own = _bytes(root / LEDGER)
    fates, problems = wanted_ledger(own, at_hand)
    yield from problems
    hope = expected(wanted.digests, fates)
    there = sorted(file.path for file in files(root))
    for done, path in enumerate(there):
        progress(path, done, len(there))
        if path not in wanted.digests:
            yield from _unnamed(root, path, wanted.digests)
        else:
            yield from _judge(root, path, hope)
    yield from map(manifest.missing, sorted(wanted.digests.keys() - set(there)))
    yield from hope.without_a_page()
    return Figures(len(wanted.digests), len(fates.final))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _judge(root: Path, path: str, hope: Expected) -> Iterator[Finding]:
    if path in hope.anchors:
        data = (root / path).read_bytes()
        yield from hope.judge(path, hashlib.sha256(data).hexdigest(), read_page(data, path))
    else:
        yield from hope.judge(path, digests(root / path)["sha256"], None)


def _unnamed(root: Path, path: str, named: Mapping[str, str]) -> Iterator[Finding]:
    """What the manifest does not name; a host may serve FILE.gz instead of the FILE it packs."""
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


def wanted_manifest(served: bytes | None, at_hand: AtHand) -> tuple[Manifest | None, list[Finding]]:
    """The manifest to go by, the one at hand before the copy's own; None where there is none."""
    if served is None and at_hand.manifest is None:
        message, mend = "the copy has no manifest", "name one: MANIFEST=file"
        return None, [Finding(manifest.NAME, "manifest-missing", message, mend)]
    found: list[Finding] = []
    if at_hand.manifest is not None and served != at_hand.manifest:
        message = "the copy's manifest is not the one at hand, which is gone by"
        mend = "see below what differs, unless the copy is meant to be another edition"
        found.append(Finding(manifest.NAME, "file-altered", message, mend))
    chosen = at_hand.manifest if at_hand.manifest is not None else served
    parsed = manifest.parse(chosen or b"")
    return parsed, [*found, *parsed.problems]


def wanted_ledger(own: bytes | None, at_hand: AtHand) -> tuple[ledger.Fates, list[Finding]]:
    """The fates of the anchors by the copy's ledger, or by the longer one at hand."""
    if own is None:
        mend = "copy ledger.jsonl anew from the archive or another mirror"
        lacking = Finding(LEDGER, "ledger-missing", "the copy has no ledger", mend)
        return ledger.read(at_hand.ledger or b""), [lacking]
    found = list(ledger.compare(own, at_hand.ledger)) if at_hand.ledger is not None else []
    fates = ledger.read(own)
    if found and at_hand.ledger is not None:
        return ledger.read(at_hand.ledger), [*fates.problems, *found]
    return fates, [*fates.problems, *found]


# A bag (RFC 8493)

_DIGITS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_DECLARATION = re.compile(
    r"BagIt-Version: (0\.97|1\.0)\r?\nTag-File-Character-Encoding: UTF-8\r?\n?"
)


def check_bag(root: Path, at_hand: AtHand, progress: Progress) -> Check:
    """Check a bag against its own manifests, and the site in it as a site."""
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
