"""What Netlify and Cloudflare Pages read: ``_headers`` and ``_redirects`` at the root of the site.

Both read one file of one name, and neither reads it as the other does.  The public parsers say
how (``@netlify/headers-parser`` 9; wrangler 4, ``workers-shared/utils/configuration``):

- Cloudflare Pages takes 100 rules and 2,000 characters a line; its Workers refuse a longer file
  whole.  It puts what ``:name`` and ``*`` of a path matched into the values, knows absolute
  addresses, joins the values of one header from several rules, and forgets a header at ``! Name``.
  It answers at an address without ``.html``, and leads the one with it there.
- Netlify counts no rules, but fails on files above some 15 MB (gatsbyjs/gatsby issue 28693).  It
  puts nothing into values, and takes ``/:id.bib`` for any name.  So only rules that name each file
  give it the Link headers of all files.

``headers_for_both`` therefore names the pages, and has besides a block that Cloudflare Pages alone
understands: patterns for all documents at once.  ``headers_for_netlify`` names every file.  What
patterns cost: Cloudflare Pages answers “not found” at the address of a document that is none with
the links that it would have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

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
