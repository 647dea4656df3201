"""The last step of a build: the manifest, and what each host has to know of the site."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
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
    read_again,
    read_site,
)

# --- What Netlify and Cloudflare Pages read: ``_headers`` and ``_redirects`` at the root of the
# site.
#
# Both read one file of one name, and neither reads it as the other does.  The public parsers say
# how (``@netlify/headers-parser`` 9; wrangler 4, ``workers-shared/utils/configuration``):
#
# - Cloudflare Pages takes 100 rules and 2,000 characters a line; its Workers refuse a longer file
#   whole.  It puts what ``:name`` and ``*`` of a path matched into the values, knows absolute
#   addresses, joins the values of one header from several rules, and forgets a header at ``!
#   Name``.
#   It answers at an address without ``.html``, and leads the one with it there.
# - Netlify counts no rules, but fails on files above some 15 MB (gatsbyjs/gatsby issue 28693).  It
#   puts nothing into values, and takes ``/:id.bib`` for any name.  So only rules that name each
#   file
#   give it the Link headers of all files.
#
# ``headers_for_both`` therefore names the pages, and has besides a block that Cloudflare Pages
# alone understands: patterns for all documents at once.  ``headers_for_netlify`` names every file.
# What patterns cost: Cloudflare Pages answers “not found” at the address of a document that is none
# with the links that it would have.

# What Cloudflare Pages takes, and the characters that Netlify surely does.
RULES, LINE = 100, 2000
WEIGHT = 10_000_000

# The file for Netlify alone, beside nginx's settings; published in place of ``_headers``.
NETLIFY = "netlify_headers"

# Folders of what authors put beside their pages: images, and files to download.
BROUGHT = ("_images", "_downloads")
ATTACHED = "_downloads"

LINKSET_TYPE = "application/linkset+json"

Links = Mapping[str, Sequence[str]]  # the links of each file, by the path of its address
Values = dict[str, str]
Rule = tuple[str, list[str]]  # a path or address, and its lines


@dataclass(frozen=True, slots=True)
class Host:
    """Where the site is hosted, and the files it has."""

    name: str  # its host name; empty where the archive has no address
    folder: str  # of the host, without a slash at its end
    files: Set[str]  # paths within the site


def headers_for_both(
    every: Mapping[str, Values], links: Links, host: Host
) -> tuple[str, list[str]]:
    """The text of ``_headers``, within the limits of both hosts, and what Cloudflare is not told.

    What there is no room for of Netlify's, ``headers_for_netlify`` has.
    ``every`` has the rules for all answers.  No two rules of one host give the same header to a
    file: the hosts would join the values.  Of policies a browser keeps each, so files that are no
    pages get the sandbox besides.
    """
    rules = _typed(every, host.folder)
    block = _patterns(links, host) if host.name and links else []
    further = _further(links, host) if block else []
    named: list[Rule] = []
    room = RULES - len(rules) - len(block)
    # The most important first: pages, then what Cloudflare's patterns do not know of pages.
    pages, *forms = _groups(links)
    left_out = []
    for wanted, place in ((pages, named), (further, block), *((form, named) for form in forms)):
        if len(wanted) <= room:
            place.extend(wanted)
            room -= len(wanted)
        elif place is block:
            left_out.append(f"links to the authors of {len(wanted)} documents for Cloudflare Pages")
    text = _text([*rules, *named, *block])
    if too_long := sum(len(line) > LINE for line in text.splitlines()):
        left_out.append(f"{too_long} headers of over {LINE} characters for Cloudflare Pages")
    return text, left_out


def headers_for_netlify(
    every: Mapping[str, Values], links: Links, host: Host
) -> tuple[str, list[str]]:
    """The text of ``_headers`` for Netlify alone, and what had to be left out of it."""
    texts = [_text(_typed(every, host.folder))]
    room, missing = WEIGHT - len(texts[0]), 0
    for rule in (rule for group in _groups(links) for rule in group):
        text = _text([rule])
        room -= len(text)
        if room >= 0:
            texts.append(text)
        else:
            missing += 1
    told = [f"the Link headers of {missing} files in {NETLIFY}"] if missing else []
    return "".join(texts), told


def static_host_redirects(redirects: Mapping[str, str]) -> str:
    """The text of ``_redirects``."""
    return "".join(f"{old} {new} 301\n" for old, new in sorted(redirects.items()))


def _text(rules: Iterable[Rule]) -> str:
    return "".join(f"{path}\n" + "".join(f"  {line}\n" for line in lines) for path, lines in rules)


# What both are told of all files

_TYPES = {
    "/*.bib": "application/x-bibtex",
    "/*.ris": "application/x-research-info-systems",
    "/*.jsonl": "application/jsonl",
    "/*.linkset.json": LINKSET_TYPE,
    "/*.atom": "application/atom+xml",
    "/*.feed.json": "application/feed+json",
    "/schema/*": "application/schema+json",
    "/atom.xml": "application/atom+xml",
    "/feeds.opml": "text/x-opml",
    "/opensearch.xml": "application/opensearchdescription+xml",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
}

_BOX = {"Content-Security-Policy": "sandbox"}

# Files that are no pages, whose type the hosts know.
_BOXED = (*(f"/{folder}/*" for folder in BROUGHT), "/*.json", "/*.md", "/*.txt", "/*.xml")


def _typed(every: Mapping[str, Values], folder: str) -> list[Rule]:
    """The rules that hold in any archive.  A path that begins with ``*`` needs no folder."""
    rules = {path: {"Content-Type": kind, **_BOX} for path, kind in _TYPES.items()}
    rules |= {path: dict(_BOX) for path in _BOXED}
    rules[f"/{ATTACHED}/*"]["Content-Disposition"] = "attachment"
    placed = {
        path if path.startswith("/*") else folder + path: values for path, values in rules.items()
    }
    return [
        (path, [f"{name}: {value}" for name, value in values.items()])
        for path, values in {**every, **placed}.items()
    ]


# The links of documents

_PAGE = "html"


def _parts(path: str) -> tuple[str, str, str]:
    """The folder of a document's file, its identifier, which has no dot, and its form."""
    folder, _, name = path.rpartition("/")
    identifier, _, form = name.partition(".")
    return folder, identifier, form


def _groups(links: Links) -> list[list[Rule]]:
    """A rule for each file, by form; those of pages, of which there may be none, first."""
    groups: dict[str, list[Rule]] = defaultdict(list, {_PAGE: []})
    for path in sorted(links):
        groups[_parts(path)[2]].append((path, [_link_line(links[path])]))
    return list(groups.values())


def _link_line(links: Sequence[str]) -> str:
    return f"Link: {', '.join(links)}"


# What Cloudflare Pages alone understands

_ANY = ":document"  # for the identifier of a document
_FORGET = "! Link"

# Netlify takes a line that begins with no slash for a header of the rule above it.  That is for
# the address of this file, which no host serves.
_ABOVE: Rule = ("/_headers", ["X-Robots-Tag: noindex"])


def _patterns(links: Links, host: Host) -> list[Rule]:
    """A rule for each form of all documents of a folder, with the links that all of them have.

    ``:document`` also matches names with further dots, so that before the forms with one dot more
    each rule forgets what those with fewer said: ``a.json`` is no ``a.passages.json``.
    """
    rules = [_ABOVE]
    for folder, common in _common(links).items():
        address = f"https://{host.name}{folder}/"
        deepest = max((_dots(form) for form in common), default=0)
        for dots in range(deepest + 2):
            if dots:
                ends = "".join(f".:form{number}" for number in range(dots))
                rules.append((f"{address}{_ANY}{ends}", [_FORGET]))
            rules += [
                (f"{address}{_ANY}{form and '.' + form}", [_link_line(shared)])
                for form, shared in common.items()
                if _dots(form) == dots and shared
            ]
        rules += [(address + name, [_FORGET]) for name in _other_pages(folder, links, host)]
    return rules


def _common(links: Links) -> dict[str, dict[str, list[str]]]:
    """By folder and form, as Cloudflare Pages names it, the links that all its files have."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for path in sorted(links):
        folder, identifier, form = _parts(path)
        here = [_templated(link, folder, identifier) for link in links[path]]
        before = found[folder].setdefault(_served(form), here)
        found[folder][_served(form)] = [link for link in before if link in here]
    return found


def _served(form: str) -> str:
    return form.removesuffix(_PAGE).rstrip(".")


def _dots(form: str) -> int:
    return form.count(".") + 1 if form else 0


def _templated(link: str, folder: str, identifier: str) -> str:
    return link.replace(f"{folder}/{identifier}.", f"{folder}/{_ANY}.")


def _further(links: Links, host: Host) -> list[Rule]:
    """A rule for each page that has links besides those of its pattern."""
    common = _common(links)
    found = []
    for path in sorted(links):
        folder, identifier, form = _parts(path)
        shared = common[folder][_served(form)]
        rest = [link for link in links[path] if _templated(link, folder, identifier) not in shared]
        if rest and form == _PAGE:
            found.append((f"https://{host.name}{folder}/{identifier}", [_link_line(rest)]))
    return found


def _other_pages(folder: str, links: Links, host: Host) -> Iterator[str]:
    """The names, as Cloudflare Pages has them, of pages beside documents that are none."""
    for path in sorted(host.files):
        place, name, form = _parts(f"{host.folder}/{path}")
        document = f"{place}/{name}.{form}" in links
        if place == folder and form == _PAGE and name != "index" and not document:
            yield name


# --- The last step of a build: the manifest, and what each host has to know of the site.
#
# A host has to send the security headers, the Content-Security-Policy, the Link header of each
# document, and the redirects of documents that moved.  nginx reads them from files beside the site;
# ``static_hosts`` writes what Netlify and Cloudflare Pages read.


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
