"""Hugo with two-line templates: a lower bound, without citations, checks or search."""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, name_of
from benchmarks.peers.peer import Peer, body, collection_of, front_matter, installed, put, slug

_SETTINGS = """\
baseURL = "https://archive.example/"
title = "Archive"
disableKinds = ["taxonomy", "term", "rss"]
[markup.goldmark.parser.attribute]
block = true
"""
_PAGE = (
    "<!doctype html><html><head><meta charset=utf-8><title>{{.Title}}</title></head>"
    "<body><main><h1>{{.Title}}</h1>%s</main></body></html>"
)
_ROWS = "<ul>{{range .Pages}}<li><a href='{{.RelPermalink}}'>{{.Title}}</a>{{end}}</ul>"


def write(folder: Path, corpus: Corpus) -> None:
    """Write the project; a citation becomes a plain link to the page of references."""
    for text in corpus.documents():
        page = front_matter(text) + body(text, _written, _anchored)
        put(folder, f"content/documents/{collection_of(text.number)}/{text.name}.md", page)
    terms = (f"{term}: {corpus.definition(term)}\n{{#{slug(term)}}}" for term in corpus.terms)
    works = (f"{work.title}, {work.year}\n{{#{work.key}}}" for work in corpus.works())
    for name, rows in (("glossary", terms), ("references", works)):
        page = f"---\ntitle: {name.capitalize()}\n---\n\n" + "\n\n".join(rows) + "\n"
        put(folder, f"content/{name}.md", page)
    put(folder, "hugo.toml", _SETTINGS)
    put(folder, "layouts/_default/single.html", _PAGE % "{{.Content}}")
    put(folder, "layouts/_default/list.html", _PAGE % _ROWS)


def _written(segment: Segment) -> str:
    match segment:
        case Citation(key):
            return f"[({key})](/references/#{key})"
        case Link(document, passage):
            name = name_of(document)
            path = f"/documents/{collection_of(document)}/{name}.md"
            return f'[{name} ¶{passage}]({{{{< relref "{path}" >}}}}#{name}-p{passage})'
        case Term(name):
            return f"[{name}](/glossary/#{slug(name)})"
    return segment


def _anchored(anchor: str, words: str) -> str:
    return f"{words}\n{{#{anchor}}}\n"


def _version(hugo: str) -> str:
    said = subprocess.run([hugo, "version"], capture_output=True, text=True, check=True).stdout
    return next(line for line in said.splitlines() if line.startswith("hugo v")).split("-")[0]


HUGO = Peer(
    "hugo", "Hugo, bare", lambda: installed("hugo"), _version, write,
    lambda hugo: (hugo, "--quiet"), "public",
    limit=10_000, why="it is the limit",
)  # fmt: skip
