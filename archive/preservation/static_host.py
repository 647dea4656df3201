"""``_headers`` and ``_redirects``: how Netlify and Cloudflare Pages are told what to send.

Both join the values where two rules give the same header; so no two rules do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archive.preservation.headers import SECURITY

# Cloudflare Pages reads no more rules and no longer lines than these.
RULES, LINE = 100, 2000

_TYPES = {
    "/*.bib": "application/x-bibtex",
    "/*.ris": "application/x-research-info-systems",
    "/*.jsonl": "application/jsonl",
    "/*.linkset.json": "application/linkset+json",
    "/atom.xml": "application/atom+xml",
    "/.well-known/security.txt": "text/plain; charset=utf-8",
}


def headers(policy: str, links: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text of ``_headers``, and what had to be left out of it.

    Link headers are given to all documents or to none: the pages' heads say the same.
    """
    left_out: list[str] = []
    rules = {"/*": {**SECURITY, "Content-Security-Policy": policy}}
    rules |= {path: {"Content-Type": kind} for path, kind in _TYPES.items()}
    pages = {path: {"Link": value} for path, value in links.items() if path.endswith(".html")}
    if len(rules) + len(pages) <= RULES:
        rules |= pages
    else:
        left_out.append(f"the Link headers of {len(pages)} documents")
    text = "\n".join(line for path, given in rules.items() for line in _rule(path, given))
    too_long = sum(len(line) > LINE for line in text.split("\n"))
    if too_long:
        left_out.append(f"{too_long} headers longer than {LINE} characters, by Cloudflare Pages")
    return text + "\n", left_out


def _rule(path: str, given: Mapping[str, str]) -> Iterator[str]:
    yield path
    for name, value in given.items():
        yield f"  {name}: {value}"


def redirects(moved: Mapping[str, str]) -> str:
    """The text of ``_redirects``."""
    return "".join(f"{old} {new} 301\n" for old, new in sorted(moved.items()))
