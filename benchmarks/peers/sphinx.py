"""Plain Sphinx with MyST, furo and sphinxcontrib-bibtex, laid out in two ways.

The simple layout lists every document in one toctree, which is costly.  In the other layout the
toctree lists collections, whose pages link to documents outside any toctree.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, bibliography, name_of
from benchmarks.peers.peer import Peer, body, collection_of, collections, front_matter, put

_CONF = """\
project = "Archive"
extensions = ["myst_parser", "sphinxcontrib.bibtex"]
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
html_theme = "furo"
exclude_patterns = ["_build"]
"""
_INDEX = """\
# Archive

```{{toctree}}
:maxdepth: 1
:glob:

glossary
references
{entries}
```
"""


def write(folder: Path, corpus: Corpus, *, in_collections: bool) -> None:
    """Write the project."""
    more = {"orphan": "true"} if in_collections else {}
    for text in corpus.documents():
        page = front_matter(text, **more) + f"# {text.title}\n\n{body(text, _written, _anchored)}"
        put(folder, _path(text.number), page)
    terms = "\n".join(f"{term}\n  {corpus.definition(term)}\n" for term in corpus.terms)
    put(folder, "conf.py", _CONF)
    put(folder, "glossary.md", f"# Glossary\n\n```{{glossary}}\n{terms}```\n")
    put(folder, "references.md", "# References\n\n```{bibliography}\n:all:\n```\n")
    put(folder, "references.bib", bibliography(corpus))
    entries = "collections/*" if in_collections else "documents/*/*"
    put(folder, "index.md", _INDEX.format(entries=entries))
    if in_collections:
        for name, numbers in collections(corpus):
            rows = (f"- [{corpus.document(each).title}](/{_path(each)})" for each in numbers)
            put(folder, f"collections/{name}.md", f"# {name}\n\n" + "\n".join(rows) + "\n")


def _path(number: int) -> str:
    return f"documents/{collection_of(number)}/{name_of(number)}.md"


def _written(segment: Segment) -> str:
    match segment:
        case Citation(key):
            return f"{{cite:p}}`{key}`"
        case Link(document, passage):
            name = name_of(document)
            return f"[{name} ¶{passage}](#{name}-p{passage})"
        case Term(name):
            return f"{{term}}`{name}`"
    return segment


def _anchored(anchor: str, words: str) -> str:
    return f"({anchor})=\n{words}\n"


def _python() -> str:
    return sys.executable


def _version(_python: str) -> str:
    names = ("sphinx", "furo", "myst-parser", "sphinxcontrib-bibtex")
    return ", ".join(f"{name} {version(name)}" for name in names)


def _command(python: str) -> tuple[str, ...]:
    return (python, "-m", "sphinx", "-q", "-j", "auto", "-b", "html", ".", "_build/html")


SPHINX_ONE_TOCTREE = Peer(
    "sphinx-toctree", "Sphinx, one toctree of all", _python, _version,
    partial(write, in_collections=False), _command, "_build/html",
    limit=300, why="its time grows with the square: at 1,000 it takes ten minutes",
)  # fmt: skip
SPHINX_COLLECTIONS = Peer(
    "sphinx-collections", "Sphinx, links layout", _python, _version,
    partial(write, in_collections=True), _command, "_build/html",
    limit=3_000, why="at 3,000 it takes more than five minutes",
)  # fmt: skip
