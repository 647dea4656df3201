"""The texts of passages and notes, from the doctrees, and the names and works of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from pybtex.database import Entry, parse_file
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from archive.fidelity.holding import NoteText, PassageText, Work
from archive.fidelity.names import Names
from archive.site.know.facts import Document
from archive.site.nodes import tombstone
from archive.site.read.anchors import anchored, said_text

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

# Countries and bodies with several names, which count as the same whether in the glossary or not.
_STATES = (
    ("United States", "United States of America", "US", "USA"),
    ("United Kingdom", "UK"),
    ("European Union", "EU"),
    ("United Nations", "UN"),
)


def passage_texts(
    env: BuildEnvironment, document: Document
) -> tuple[tuple[PassageText, ...], tuple[NoteText, ...]]:
    """The passages of a document in order, and the headings and notes that the archive adds.

    They are taken from the doctree as it was read, before citations are resolved.
    """
    blocks = {block.anchor: block for block in document.blocks}
    passages: list[PassageText] = []
    notes: list[NoteText] = []
    for node, anchor in anchored(env.get_doctree(document.docname)):
        name = str(anchor)
        if isinstance(node, tombstone):
            if anchor.is_passage and not node["successor"]:
                passages.append(PassageText(name, "", document.path, node.line or 0, (), True))
            continue
        said = node.next_node(nodes.title) if isinstance(node, nodes.section) else node
        if name not in blocks or said is None:
            continue
        block, text = blocks[name], said_text(said)
        if anchor.is_passage:
            passages.append(PassageText(name, text, document.path, block.line, block.cites))
        else:
            notes.append(NoteText(name, text, document.path, block.line, block.cites))
    return tuple(passages), tuple(notes)


def glossary_names(env: BuildEnvironment) -> Iterator[tuple[str, ...]]:
    """The names in the glossary, by entry; a term without a capital letter is no name."""
    objects = env.domains.standard_domain.objects
    for docname in sorted({place for (kind, _), (place, _) in objects.items() if kind == "term"}):
        for item in env.get_doctree(docname).findall(nodes.definition_list_item):
            terms = (term.astext() for term in item.findall(nodes.term))
            names = tuple(term for term in terms if any(map(str.isupper, term)))
            if names:
                yield names


def works_and_names(env: BuildEnvironment) -> tuple[Mapping[str, Work], Names]:
    """The works of the bibliography by key, and every name that the archive knows.

    Raises OSError where a file of references cannot be read, ValueError where it is not BibTeX.
    """
    entries: dict[str, Entry] = {}
    for name in env.config.bibtex_bibfiles:
        entries |= _entries(Path(env.srcdir, name))
    works = {key: _work(key, entry) for key, entry in entries.items()}
    authors = dict.fromkeys(forms for entry in entries.values() if (forms := _author(entry)))
    return works, Names((*_STATES, *glossary_names(env), *authors))


def _entries(path: Path) -> dict[str, Entry]:
    try:
        return dict(parse_file(path, "bibtex").entries)
    except (PybtexError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not BibTeX: {error}") from error


def _work(key: str, entry: Entry) -> Work:
    fields = entry.fields
    title = ": ".join(_plain(fields[part]) for part in ("title", "subtitle") if part in fields)
    return Work(key, title, fields.get("url"))


def _author(entry: Entry) -> tuple[str, ...]:
    """The one institution that is the author, with its short form."""
    authors = entry.persons.get("author", [])
    forms = [_plain(str(authors[0]))] if len(authors) == 1 else []
    if forms and "shortauthor" in entry.persons:
        forms += [_plain(str(person)) for person in entry.persons["shortauthor"][:1]]
    elif forms and "shortauthor" in entry.fields:
        forms.append(_plain(entry.fields["shortauthor"]))
    return tuple(dict.fromkeys(forms))


def _plain(text: str) -> str:
    return str(Text.from_latex(text))
