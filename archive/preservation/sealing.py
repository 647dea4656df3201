"""The last step of a build: the manifest, and what a host needs to know of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.preservation import headers, nginx, static_host
from archive.preservation.hashing import Reading, is_unchanged, read_site
from archive.preservation.ledger import read
from archive.preservation.manifest import MINISIGN_SIGNATURE, NAME, SSH_SIGNATURE, parse, serialise
from archive.preservation.moved import moved
from archive.preservation.signposts import signposts
from archive.preservation.site import HEADERS, LEDGER, REDIRECTS
from archive.preservation.writing import write_if_changed


@dataclass(frozen=True, slots=True)
class Sealed:
    """What sealing did."""

    reading: Reading
    left_out: tuple[str, ...]  # what the settings of a static host have no room for


def seal(site: Path, hosting: Path, cache: Path, base: str) -> Sealed:
    """Write the manifest and the hosts' settings, each where it changed.

    ``hosting`` is the folder of nginx's settings, ``base`` the address at which the site is
    hosted.  A signature of another manifest is removed.  Raises OSError, and ValueError where the
    site has what cannot be published.
    """
    reading = read_site(site, cache)
    files, left_out = _settings(site, reading, urlsplit(base).path)
    for name, text in files.items():
        folder = site if name in {HEADERS, REDIRECTS} else hosting
        write_if_changed(folder / name, text.encode("utf-8"))
    if write_if_changed(site / NAME, serialise(reading.digests)):
        for name in (SSH_SIGNATURE, MINISIGN_SIGNATURE):
            (site / name).unlink(missing_ok=True)
    return Sealed(reading, tuple(left_out))


def is_sealed(site: Path, cache: Path) -> bool:
    """Whether a site has the files that its manifest names, as they were when it was sealed."""
    try:
        listed = parse((site / NAME).read_bytes()).digests
    except OSError:
        return False
    return is_unchanged(site, cache, listed)


def _settings(site: Path, reading: Reading, folder: str) -> tuple[Mapping[str, str], list[str]]:
    policy = headers.policy(reading.inline, reading.hashed)
    links = signposts(site, reading.hashed)
    gone = dict(_gone(site, reading, folder))
    text, left_out = static_host.headers(policy, links)
    own = {HEADERS: text, REDIRECTS: static_host.redirects(gone)}
    return nginx.settings(policy, links, gone) | own, left_out


def _gone(site: Path, reading: Reading, folder: str) -> Iterator[tuple[str, str]]:
    ledger = (site / LEDGER).read_bytes() if LEDGER in reading.hashed else b""
    if b'"move"' in ledger:  # most archives have none, and need not read theirs
        for old, new in moved(site, read(ledger)):
            yield folder + old, folder + new
