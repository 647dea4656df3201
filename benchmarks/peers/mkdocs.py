"""MkDocs with the Material theme and mkdocs-bibtex, laid out in two ways.

By default its sidebar lists every page, which is costly; the second layout names the pages that it
lists.
"""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, bibliography, name_of
from benchmarks.peers.peer import (
    ENVIRONMENT,
    Peer,
    body,
    collection_of,
    collections,
    front_matter,
    installed,
    put,
    slug,
)

_SETTINGS = """\
site_name: Archive
site_url: https://archive.example/
theme:
  name: material
  font: false
plugins:
  - search
  - bibtex:
      bib_file: references.bib
markdown_extensions:
  - attr_list
  - footnotes
validation:
  links:
    anchors: warn
"""
_NAVIGATION = """\
nav:
  - index.md
  - glossary.md
  - Collections: collections.md
not_in_nav: |
  documents/
  collections/
"""


def write(folder: Path, corpus: Corpus, *, in_collections: bool) -> None:
    """Write the project."""
    for text in corpus.documents():
        page = front_matter(text) + f"# {text.title}\n\n{body(text, _written, _anchored)}"
        path = f"docs/documents/{collection_of(text.number)}/{text.name}.md"
        put(folder, path, page + "\n\\bibliography\n")
    terms = (
        f"**{term}**: {corpus.definition(term)}\n{{: #{slug(term)} }}" for term in corpus.terms
    )
    put(folder, "docs/glossary.md", "# Glossary\n\n" + "\n\n".join(terms) + "\n")
    put(folder, "docs/index.md", "# Archive\n")
    names = []
    for name, numbers in collections(corpus):
        rows = (
            f"- [{corpus.document(each).title}](../documents/{name}/{name_of(each)}.md)"
            for each in numbers
        )
        put(folder, f"docs/collections/{name}.md", f"# {name}\n\n" + "\n".join(rows) + "\n")
        names.append(f"- [{name}](collections/{name}.md)")
    put(folder, "docs/collections.md", "# Collections\n\n" + "\n".join(names) + "\n")
    put(folder, "references.bib", bibliography(corpus))
    put(folder, "mkdocs.yml", _SETTINGS + (_NAVIGATION if in_collections else ""))


def _written(segment: Segment) -> str:
    match segment:
        case Citation(key):
            return f"[@{key}]"
        case Link(document, passage):
            name = name_of(document)
            return f"[{name} ¶{passage}](../{collection_of(document)}/{name}.md#{name}-p{passage})"
        case Term(name):
            return f"[{name}](../../glossary.md#{slug(name)})"
    return segment


def _anchored(anchor: str, words: str) -> str:
    return f"{words}\n{{: #{anchor} }}\n"


def _version(mkdocs: str) -> str:
    program = (
        "from importlib.metadata import version\n"
        "names = ('mkdocs', 'mkdocs-material', 'mkdocs-bibtex')\n"
        "print(', '.join(f'{name} {version(name)}' for name in names))"
    )
    command = [str(ENVIRONMENT / "bin" / "python"), "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _command(mkdocs: str) -> tuple[str, ...]:
    return (mkdocs, "build", "--quiet")


MKDOCS = Peer(
    "mkdocs-material", "MkDocs Material", lambda: installed("mkdocs"), _version,
    partial(write, in_collections=False), _command, "site",
    limit=1_000, why="its time grows with the square",
)  # fmt: skip
MKDOCS_COLLECTIONS = Peer(
    "mkdocs-collections", "MkDocs Material, links layout", lambda: installed("mkdocs"), _version,
    partial(write, in_collections=True), _command, "site",
    limit=10_000, why="it is the limit",
)  # fmt: skip
