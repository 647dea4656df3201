"""Pandoc with citeproc, started once for each document, as a Makefile would."""

from __future__ import annotations

from pathlib import Path

import pypandoc

from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, bibliography, name_of
from benchmarks.peers.peer import Peer, body, front_matter, put, slug

_EACH = """\
set -e
mkdir -p site/documents
"$0" --standalone glossary.md --output site/glossary.html
for file in documents/*.md; do
  "$0" --standalone --citeproc --bibliography references.bib "$file" \\
    --output "site/${file%.md}.html"
done
"""


def write(folder: Path, corpus: Corpus) -> None:
    """Write one file for each document, the glossary and the references."""
    for text in corpus.documents():
        page = front_matter(text) + body(text, _written, _anchored)
        put(folder, f"documents/{text.name}.md", page)
    terms = (f"[**{term}**]{{#{slug(term)}}}: {corpus.definition(term)}" for term in corpus.terms)
    put(folder, "glossary.md", "---\ntitle: Glossary\n---\n\n" + "\n\n".join(terms) + "\n")
    put(folder, "references.bib", bibliography(corpus))


def _written(segment: Segment) -> str:
    match segment:
        case Citation(key):
            return f"[@{key}]"
        case Link(document, passage):
            name = name_of(document)
            return f"[{name} ¶{passage}]({name}.html#{name}-p{passage})"
        case Term(name):
            return f"[{name}](../glossary.html#{slug(name)})"
    return segment


def _anchored(anchor: str, words: str) -> str:
    return f"::: {{#{anchor}}}\n{words}\n:::\n"


def _tool() -> str | None:
    try:
        return str(pypandoc.get_pandoc_path())
    except OSError:
        return None


PANDOC = Peer(
    "pandoc", "pandoc --citeproc, a page at a time", _tool,
    lambda _pandoc: f"pandoc {pypandoc.get_pandoc_version()}", write,
    lambda pandoc: ("sh", "-c", _EACH, pandoc), "site",
    limit=300, why="it starts anew, and reads all references, for each document",
)  # fmt: skip
