"""The last step of a build: the manifest, and what each host has to know of the site.

A host has to send the security headers, the Content-Security-Policy, the Link header of each
document, and the redirects of documents that moved.  nginx reads them from files beside the site;
``static_hosts`` writes what Netlify and Cloudflare Pages read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from archive.data.whole import PACKAGE, package
from archive.files import is_draft, write_if_changed
from archive.model.settings import Settings
from archive.model.showing import PRINT, SANDBOX, page_policy
from archive.preservation.ledger import Fates, page_of, read
from archive.preservation.manifest import (
    MINISIGN_SIGNATURE,
    NAME,
    SSH_SIGNATURE,
    serialise,
    serialise_sizes,
)
from archive.preservation.pages import read_page
from archive.preservation.site import (
    HEADERS,
    LEDGER,
    REDIRECTS,
    SETTINGS,
    SIZES,
    Reading,
    known_digests,
    read_again,
    read_site,
)
from archive.preservation.static_hosts import (
    ATTACHED,
    BROUGHT,
    LINKSET_TYPE,
    NETLIFY,
    Host,
    headers_for_both,
    headers_for_netlify,
    static_host_redirects,
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What sealing did."""

    reading: Reading
    left_out: tuple[str, ...]  # what the settings of a static host have no room for


def seal(site: Path, hosting: Path, cache: Path, scripts: Set[str], settings: Settings) -> Sealed:
    """Write the manifest, the data package and the hosts' settings, each where it changed.

    ``hosting`` is the folder of nginx's settings, ``scripts`` the hash sources of the engine's
    inline scripts.  A signature of another manifest is removed, and so are drafts that a killed
    build left.  Raises OSError, and ValueError where the site holds what cannot be published.
    """
    reading = read_site(site, cache)
    reading = _without_drafts(site, cache, reading)
    refuse_code(reading, scripts)
    csp = site_policy(scripts, reading.hashed)
    files, left_out = _settings(site, reading, csp, urlsplit(settings.base))

    def place(name: str) -> Path:
        return (site if name in SETTINGS else hosting) / name

    written = [name for name, text in files.items() if write_if_changed(place(name), text)]
    if changed := SETTINGS.intersection(written):
        reading = read_again(site, cache, reading, changed)
    sizes = _sizes(reading)
    if write_if_changed(site / PACKAGE, package(settings, reading.digests, sizes)):
        reading = read_again(site, cache, reading, {PACKAGE})
        sizes = _sizes(reading)
    if write_if_changed(site / SIZES, serialise_sizes(sizes)):
        reading = read_again(site, cache, reading, {SIZES})
    if write_if_changed(site / NAME, serialise(reading.digests)):
        for name in (SSH_SIGNATURE, MINISIGN_SIGNATURE):
            (site / name).unlink(missing_ok=True)
    return Sealed(reading, tuple(left_out))


def _without_drafts(site: Path, cache: Path, reading: Reading) -> Reading:
    drafts = [path for path in reading.hashed if is_draft(path)]
    for path in drafts:
        (site / path).unlink()
    return read_site(site, cache) if drafts else reading


def _sizes(reading: Reading) -> dict[str, int]:
    return {path: each.size for path, each in reading.hashed.items() if path != SIZES}


def is_sealed(site: Path, cache: Path) -> bool:
    """Whether the manifest of a site is there, and is that of the files last read of it."""
    try:
        return (site / NAME).read_bytes() == serialise(known_digests(cache))
    except (OSError, ValueError):
        return False


def refuse_code(reading: Reading, scripts: Set[str]) -> None:
    """Raise ValueError for a page with inline code that is not the engine's."""
    for path, each in reading.hashed.items():
        if foreign := sorted(each.inline - scripts):
            raise ValueError(
                f"{path} has code within the page that is not the engine's "
                f"({foreign[0]}). [page-code] To mend: remove the folder of the built site and "
                "build it anew; where a template of your own writes it, put it into a file "
                "below _static and load that"
            )


def _settings(
    site: Path, reading: Reading, csp: str, base: SplitResult
) -> tuple[Mapping[str, str], list[str]]:
    """The text of each file of settings by name, and what was left out."""
    links = link_headers(site, reading.hashed)
    ledger = (site / LEDGER).read_bytes() if LEDGER in reading.hashed else b""
    redirects = {}
    if b'"move"' in ledger:  # few ledgers have moves; the others are not parsed
        redirects = {base.path + old: base.path + new for old, new in _moved(site, read(ledger))}
    every = {"/*": {**SECURITY, "Content-Security-Policy": csp}}
    host = Host(base.hostname or "", base.path.rstrip("/"), frozenset(reading.hashed))
    text, left_out = headers_for_both(every, links, host)
    netlify, too_many = headers_for_netlify(every, links, host)
    own = {HEADERS: text, NETLIFY: netlify, REDIRECTS: static_host_redirects(redirects)}
    joined = {path: ", ".join(each) for path, each in links.items()}
    return nginx_settings(csp, joined, redirects) | own, left_out + too_many


# What every host sends

# The headers of every answer.  No visit is told to anybody, not even to the site of a source.
SECURITY = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Everything is public, and citation tools in a browser read it from other sites.
    "Access-Control-Allow-Origin": "*",
}


def site_policy(scripts: Iterable[str], paths: Iterable[str]) -> str:
    """The Content-Security-Policy of all pages.

    A search index among the paths needs WebAssembly and a worker.
    """
    search = any(path.startswith("pagefind/") for path in paths)
    return page_policy(scripts, compiles=search, header=True)


_LINKSET = ".linkset.json"

# Characters that an address keeps in a header; without quotation marks and the dollar sign, which
# have a meaning in a server's settings.
_ADDRESS = "!#%&()*+,-./:;=?@[]_~"


def link_headers(site: Path, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The links of each file that a linkset describes, by the path of its address.

    That path begins with a slash and includes the folder in which the site is hosted.  Joined by
    commas, the links are the file's Link header; one of them names the linkset.  Raises OSError,
    and ValueError where a file is not a linkset.
    """
    return {
        address: links
        for path in paths
        if path.endswith(_LINKSET)
        for address, links in _of_document(site / path)
    }


def _of_document(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        contexts = json.loads(file.read_bytes())["linkset"]
        page = contexts[0]["anchor"]
        linkset = [{"href": f"{page.rpartition('/')[0]}/{file.name}", "type": LINKSET_TYPE}]
        for context in contexts:
            yield urlsplit(context["anchor"]).path, signposts({**context, "linkset": linkset})
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{file} is no linkset: {error!r}") from error


# What signposts name (FAIR Signposting, levels 1 and 2).  A document may be related to hundreds of
# others, whose links would outgrow the header that servers and browsers take; the linkset has them.
_SIGNPOSTS = frozenset({
    "author", "cite-as", "collection", "describedby", "describes", "item", "license", "linkset",
    "type",
})  # fmt: skip


def signposts(context: Mapping[str, object]) -> tuple[str, ...]:
    """The signposts of one context of a linkset (RFC 9264, 4.2) as links of RFC 8288."""
    return tuple(
        _link(relation, target)
        for relation, targets in context.items()
        if relation in _SIGNPOSTS and isinstance(targets, list)
        for target in targets
    )


def _link(relation: str, target: Mapping[str, str]) -> str:
    kind = f'; type="{target["type"]}"' if "type" in target else ""
    return f'<{quote(target["href"], safe=_ADDRESS)}>; rel="{relation}"{kind}'


# Only the page that replaces a document that moved has this script.
_MOVED = "_static/moved.js"


def _moved(site: Path, fates: Fates) -> Iterator[tuple[str, str]]:
    """The path of each document that moved as a whole, and of the page that took its place.

    A browser keeps the anchor when it follows a redirect, so the new page must have all the old
    anchors.  A document whose anchors went to several pages keeps its page, which lists them.
    """
    for page, anchors in fates.by_page().items():
        targets = {page_of(fates.final[anchor]) for anchor in anchors}
        if len(targets) == 1 and page not in targets and _is_gone(site, page):
            (target,) = targets
            if read_page((site / target).read_bytes(), target).ids.issuperset(anchors):
                yield page, target


def _is_gone(site: Path, page: str) -> bool:
    path = site / page
    return path.is_file() and _MOVED in read_page(path.read_bytes(), page).links


# nginx

# Not named *.conf, by which the server would take it for one of the files that it includes.
NGINX_EXAMPLE = "nginx.conf.example"


def nginx_settings(
    policy: str, links: Mapping[str, str], redirects: Mapping[str, str]
) -> dict[str, str]:
    """An example of a server's settings, and the files that it includes, by name.

    Each of these is a ``map``.  ``links`` and ``redirects`` are by the path of an address, with
    its first slash.
    """
    return {
        NGINX_EXAMPLE: Path(__file__).with_name("nginx.conf").read_text("utf-8"),
        "policy.conf": _map(
            '"$uri|$sent_http_content_type"',
            "$archive_policy",
            [
                (f"~^/({'|'.join(BROUGHT)})/", SANDBOX),
                ("~[|](text/html|application/javascript)[^|]*$", policy),
                ("~[|]application/pdf$", PRINT),
            ],
            SANDBOX,
        ),
        "downloads.conf": _map("$uri", "$archive_disposition", [(f"~^/{ATTACHED}/", "attachment")]),
        "signposts.conf": _map("$uri", "$archive_links", sorted(links.items())),
        "moved.conf": _map("$uri", "$archive_moved", sorted(redirects.items())),
    }


def _map(variable: str, result: str, rows: Iterable[tuple[str, str]], default: str = "") -> str:
    lines = [f"map {variable} {result} {{", f"  default {_quoted(default)};"]
    lines += [f"  {_quoted(key)} {_quoted(value)};" for key, value in rows]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """A string of the settings.  Raises ValueError where nginx would read it as something else."""
    pattern = text.startswith("~")  # a regular expression, which is ours
    if not text.isprintable() or ("$" in text and not pattern) or "\\" in text:
        raise ValueError(f"{text!r} cannot stand in nginx's settings")
    return '"' + text.replace('"', '\\"') + '"'
