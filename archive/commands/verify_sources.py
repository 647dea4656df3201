"""Holds passages against the sources that they render, and follows what they quote and repeat."""

from __future__ import annotations

import hashlib
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

from archive.citation.works import Work as Cited
from archive.commands import argument, command, in_words
from archive.commands.workspace import read_archive
from archive.fidelity import Examination, examine, shared_runs, told, trace
from archive.fidelity.attestation import (
    SUFFIX,
    AttestedOrigin,
    AttestedPassage,
    Origins,
    attest,
    serialise,
)
from archive.fidelity.holding import Holding, NoteText, Pair, PassageText, Work, pair
from archive.fidelity.quotations import Comparison, Quotation
from archive.fidelity.source import Paragraph, Source, Sources, read_source
from archive.fidelity.words import Names
from archive.files import write_if_changed
from archive.model import Problem
from archive.model.passage import SIGNATORY, Anchor, fingerprint
from archive.model.relations import Relation, origins
from archive.model.states import Place
from archive.site import signatories, tombstone
from archive.site.know.domain import ArchiveDomain
from archive.site.know.facts import Document
from archive.site.know.relations import owner
from archive.site.read.anchors import anchored, said_text
from archive.site.read.sources import read_attestation, states
from archive.upstream.domains import reading_of

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


Hold = Callable[[Document], Holding]  # Raises OSError where the source is not at hand.


class Followed(NamedTuple):
    """What became of the quotations and repetitions of a document."""

    origins: Origins
    problems: Sequence[Problem] = ()
    lacking: Sequence[str] = ()  # ids of the documents whose sources are not at hand

    def __str__(self) -> str:
        results = [each.result for found in self.origins.values() for each in found]
        counts = (f"{results.count(each)} {each}" for each in dict.fromkeys(sorted(results)))
        told = f"; {len(results)} origins of quotations: {', '.join(counts)}" if results else ""
        lacking = f"; the source of {', '.join(self.lacking)} is not at hand"
        return told + (lacking if self.lacking else "")


class _Said(NamedTuple):
    """A document that is quoted or repeated, with its source."""

    source: Source
    sha256: str
    pairs: Sequence[Pair]

    def paragraphs(self, target: str) -> Sequence[Paragraph]:
        """The paragraph that a passage renders; all of them for a document."""
        own = [
            each.paragraph for each in self.pairs
            if target in (each.passage.anchor, *each.passage.former)
        ]  # fmt: skip
        return own or self.source.paragraphs


class Tracer:
    """Follows quotations and repetitions.  Each source is read once."""

    def __init__(self, domain: ArchiveDomain, hold: Hold) -> None:
        self._domain = domain
        self._hold = hold
        self._said = cache(self._read)

    def follow(self, document: Document, examination: Examination) -> Followed:
        """Follow what the record of a document says that its passages quote and repeat."""
        record = document.record
        relations = [each for each in record.relations if each.passage] if record else []
        if not relations:
            return Followed({})
        owners = {each.target: owner(self._domain, each.target) for each in relations}
        others = dict.fromkeys(each for each in owners.values() if each is not None)
        known = self._known(document)
        found: dict[str, tuple[AttestedOrigin, ...]] = {}
        problems: list[Problem] = []
        for comparison in examination.comparisons:
            passage = comparison.pair.passage
            own = [each for each in relations if _is_of(each, document, comparison)]
            found[passage.anchor] = tuple(self._quoted(comparison, own, known))
            problems += self._unshared(comparison, own)
        lacking = sorted(each.id for each in others if self._said(each) is None)
        return Followed({a: each for a, each in found.items() if each}, problems, lacking)

    def _quoted(
        self,
        comparison: Comparison,
        relations: Sequence[Relation],
        known: Sequence[AttestedPassage],
    ) -> Iterator[AttestedOrigin]:
        labels = dict.fromkeys(each.passage for each in relations)
        for quotation in comparison.quoted.quotations:
            for label in labels:
                for relation in origins(relations, label, quotation.text):
                    traced = self._origin(quotation, relation.target)
                    yield from traced or _as_before(comparison, quotation, relation.target, known)

    def _origin(self, quotation: Quotation, target: str) -> tuple[AttestedOrigin, ...]:
        """Follow one quotation; empty where the source of what it leads to is not at hand."""
        document = owner(self._domain, target)
        if document is None:
            return (AttestedOrigin(quotation.span, target, None, None),)
        said = self._said(document)
        if said is None:
            return ()
        found = trace(quotation.text, said.paragraphs(target))
        return (
            AttestedOrigin(
                quotation.span, target, said.sha256,
                found.paragraph, found.places, found.differences,
            ),
        )  # fmt: skip

    def _unshared(self, comparison: Comparison, relations: Sequence[Relation]) -> Iterator[Problem]:
        """Passages that are said to repeat another one, and share no run of words with it."""
        passage, paragraph = comparison.pair.passage, comparison.pair.paragraph
        for relation in relations:
            document = owner(self._domain, relation.target)
            said = self._said(document) if document is not None else None
            if relation.kind != "repeats" or said is None:
                continue
            if not shared_runs([paragraph], said.paragraphs(relation.target)):
                yield Problem(
                    passage.path, relation.line, "repeated-words",
                    f"The source of {passage.anchor} has no eight words in a row in common with "
                    f"that of {relation.target}",
                    "remove the line, or name the passage that is repeated: verify-sources "
                    "--shared tells which",
                )  # fmt: skip

    def _read(self, document: Document) -> _Said | None:
        try:
            holding = self._hold(document)
        except OSError:
            return None
        sha256 = hashlib.sha256(holding.source).hexdigest()
        source, _problems = read_source(holding.source, holding.source_path)
        if source is None or sha256 != holding.record.source.sha256:
            return None
        return _Said(source, sha256, pair(holding, source))

    def _known(self, document: Document) -> Sequence[AttestedPassage]:
        root = Path(self._domain.env.srcdir)
        attestation, _problems = read_attestation(root, document)
        return attestation.passages if attestation is not None else ()


def _is_of(relation: Relation, document: Document, comparison: Comparison) -> bool:
    passage = comparison.pair.passage
    return relation.anchor(document.id) in (passage.anchor, *passage.former)


def _as_before(
    comparison: Comparison, quotation: Quotation, target: str, known: Sequence[AttestedPassage]
) -> Iterator[AttestedOrigin]:
    """What was attested before of words that did not change."""
    words = fingerprint(comparison.pair.passage.text)
    for passage in known:
        if passage.fingerprint == words:
            for origin in passage.origins:
                if (origin.quotation, origin.target) == (quotation.span, target):
                    yield origin


# --- Verification of documents against their sources.
#
# Texts of passages and notes come from the doctrees, names and works from glossary and
# bibliography.

# Countries and bodies with several names, which count as the same whether in the glossary or not.
_STATES = (
    ("United States", "United States of America", "US", "USA"),
    ("United Kingdom", "UK"),
    ("European Union", "EU"),
    ("United Nations", "UN"),
)

_FAITHFUL, _UNFAITHFUL, _IMPOSSIBLE = 0, 1, 2


@command(
    argument("document", nargs="*", help="document ids; default: all documents"),
    argument("--sources", required=True, metavar="DIR",
             help="the folder of the sources, with its folders: <document id>.txt, or any file "
             "with the pinned SHA-256"),
    argument("--check", action="store_true", help="write no attestation"),
    argument("--shared", action="store_true",
             help="only tell which runs of eight words or more two sources have in common"),
    epilog="Exit codes: 0 faithful, 1 problems were found, 2 it could not be checked.",
    failed="The sources cannot be verified", code=_IMPOSSIBLE,
)  # fmt: skip
def run(arguments: Namespace, root: Path) -> int:
    """Prove, with the sources at hand, that documents are faithful to them."""
    if not arguments.sources:
        print("Name the folder of the sources: make verify-sources SOURCES=dir.", file=sys.stderr)
        return _IMPOSSIBLE
    sources = Sources(Path(arguments.sources))
    domain, _ = read_archive(root, quiet=True)
    chosen = _chosen(domain, arguments.document)
    waiting = {problem.path for problem in states(domain).waiting()}
    spared = [] if arguments.document else [
        each for each in chosen if each.path not in waiting and not _is_at_hand(each, sources)
    ]  # fmt: skip
    holdings = Holdings(domain, sources)
    if arguments.shared:
        return _tell_shared(chosen, holdings)
    done = list(examined([each for each in chosen if each not in spared], holdings))
    for document in spared:
        print(f"{document.id}: attested, not compared; no source of it in {arguments.sources}")
    found = (problem for each in done for problem in each.problems)
    problems = sorted({*found, *_strays(done)})
    print("\n".join(map(str, done)) or "There is no document to compare.")
    for unsure in (each for one in done if one.examination for each in one.examination.unsure):
        print(f"unsure: {unsure}")
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        print(f"{len(problems)} problems; no attestation was written.", file=sys.stderr)
        return _UNFAITHFUL
    try:
        for each in () if arguments.check else done:
            each.write(root)
    except OSError as error:
        raise SystemExit(f"The attestations cannot be written: {in_words(error)}") from error
    return _FAITHFUL


class _Examined(NamedTuple):
    """A document that was compared with its source, or could not be."""

    document: Document
    problems: Sequence[Problem]
    examination: Examination | None = None
    followed: Followed = Followed({})

    def __str__(self) -> str:
        figures = self.examination and self.examination.figures
        count = f"; {len(self.problems)} problems" if self.problems else ""
        extent = self.document.record.extent if self.document.record is not None else None
        part = f"; held in part: {extent.held}" if extent is not None else ""
        return f"{self.document.id}: {figures or 'not compared'}{self.followed}{part}{count}"

    def write(self, root: Path) -> None:
        """Write the attestation if it changed, whole or not at all."""
        if self.examination is not None:
            path = (root / self.document.path).with_name(f"{self.document.id}{SUFFIX}")
            if write_if_changed(path, serialise(attest(self.examination, self.followed.origins))):
                print(f"Wrote {path.relative_to(root).as_posix()}.")


def _is_at_hand(document: Document, sources: Sources) -> bool:
    """Whether the folder has the source of a document, or a file that is named as if it were."""
    try:
        return document.record is None or bool(sources.find(document.record))
    except FileNotFoundError:
        return False
    except OSError:  # it is there and cannot be read: a problem, which is told
        return True


def _strays(done: Sequence[_Examined]) -> Iterator[Problem]:
    """Passages that moved between documents, and render a paragraph of none of their sources."""
    examined = [each.examination for each in done if each.examination is not None]
    rendering = {row.pair.passage.anchor for each in examined for row in each.comparisons}
    for each in examined:
        for passage in each.holding.passages:
            moved = not (passage.is_own or passage.withdrawn)
            documents = {Anchor.parse(name).document for name in (passage.anchor, *passage.former)}
            all_seen = documents <= {other.holding.record.id for other in examined}
            if moved and all_seen and passage.anchor not in rendering:
                yield Problem(
                    passage.path, passage.line, "paragraph-count",
                    f"{passage.anchor} renders no paragraph of the sources of "
                    f"{', '.join(sorted(documents))}",
                    "join it to the passage whose paragraph it renders, or make it an editor's "
                    "note",
                )  # fmt: skip


def _chosen(domain: ArchiveDomain, ids: Sequence[str]) -> list[Document]:
    """The documents with these ids, or all, by path.  Raises ValueError for an unknown id."""
    documents = sorted(domain.documents.values(), key=lambda document: document.path)
    unknown = set(ids) - {document.id for document in documents}
    if unknown:
        raise ValueError(f"there is no document {', '.join(sorted(unknown))}")
    return [document for document in documents if not ids or document.id in ids]


class Holdings:
    """Documents beside their sources."""

    def __init__(self, domain: ArchiveDomain, sources: Sources) -> None:
        self.domain = domain
        self._sources = sources
        self._works, self._names = works_and_names(domain.env)
        self._states = states(domain)

    def of(self, document: Document) -> Holding:
        """A document that has a record, with its source.  Raises OSError where that is missing."""
        record = document.record
        assert record is not None
        path, data = self._sources.find(record)
        passages, notes = passage_texts(self.domain, document, self._states.places(record.id))
        return Holding(record, passages, data, str(path), notes, self._works, self._names)


def examined(documents: Sequence[Document], holdings: Holdings) -> Iterator[_Examined]:
    """Compare documents with their sources; a source that is not at hand is a problem."""
    tracer = Tracer(holdings.domain, holdings.of)
    for document in documents:
        if document.record is None:
            yield _Examined(document, document.problems)
            continue
        try:
            holding = holdings.of(document)
        except OSError as error:
            yield _Examined(document, [Problem(
                document.path, 0, "source-missing",
                f"The source of {document.id} is missing: {error}",
                f"put it into the folder of the sources as {document.id}.txt, or name other "
                "documents",
            )])  # fmt: skip
            continue
        done = examine(holding)
        followed = tracer.follow(document, done)
        yield _Examined(document, [*done.problems, *followed.problems], done, followed)


def _tell_shared(documents: Sequence[Document], holdings: Holdings) -> int:
    """Tell which runs of words each two sources have in common, by places and hashes alone."""
    read = {}
    for document in documents:
        with suppress(OSError):
            holding = holdings.of(document)
            source, _problems = read_source(holding.source, holding.source_path)
            if source is not None:
                read[document.id] = source.paragraphs
    for one, other in combinations(read.items(), 2):
        for line in told(one, other):
            print(line)
    print(f"{len(read)} of {len(documents)} sources were compared, each with each other one.")
    return _FAITHFUL


def passage_texts(
    domain: ArchiveDomain, document: Document, places: Sequence[Place]
) -> tuple[tuple[PassageText, ...], tuple[NoteText, ...]]:
    """The passages that may render a document's source, in its order, and what the archive adds.

    What it adds are the headings and notes of the documents in which the passages stand; a
    footnote is among them.
    """
    ids = dict.fromkeys((document.id, *(Anchor.parse(each.anchor).document for each in places)))
    standing = [each for each in domain.documents.values() if each.id in ids]
    found = {name: said for each in standing for name, said in _said(domain.env, each)}
    passages = tuple(
        replace(found[each.anchor], state=each.state, is_own=each.is_own, former=each.names[1:])
        for each in places
        if each.anchor in found
    )
    notes = tuple(
        NoteText(each.anchor, each.text, each.path, each.line, each.cites)
        for each in found.values()
        if not Anchor.parse(each.anchor).is_passage
        and Anchor.parse(each.anchor).letter != SIGNATORY  # a name, which is copied as it is
    )
    return passages, notes


def _said(env: BuildEnvironment, document: Document) -> Iterator[tuple[str, PassageText]]:
    """What each block of a document says, by its anchor.

    Taken from the doctree as it was read, before citations are resolved.
    """
    blocks = {block.anchor: block for block in document.blocks}
    for node, anchor in anchored(env.get_doctree(document.docname)):
        name = str(anchor)
        if isinstance(node, tombstone):
            if anchor.is_passage:
                yield name, PassageText(name, "", document.path, node.line or 0)
            continue
        said = node.next_node(nodes.title) if isinstance(node, nodes.section) else node
        if name in blocks and said is not None:
            block = blocks[name]
            text, listed = said_text(said), ""
            if isinstance(said, signatories):
                items = said.findall(nodes.list_item)
                names = (said_text(part) for item in items for part in item.children)
                text, listed = said["heading"], "\n".join(filter(None, names))
            parent = block.parent if document.is_shared(block) else None
            yield name, PassageText(
                name, text, document.path, block.line, block.cites, listed=listed, parent=parent,
                locator=block.locator,
            )  # fmt: skip


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

    Raises OSError where a file of references is missing, which Sphinx only warns of.
    """
    for name in env.config.bibtex_bibfiles:
        Path(env.srcdir, name).stat()
    read = reading_of(env).works
    works = {key: Work(key, _title(work), work.plain("url") or None) for key, work in read.items()}
    authors = dict.fromkeys(forms for work in read.values() if (forms := _author(work)))
    return works, Names((*_STATES, *glossary_names(env), *authors))


def _title(work: Cited) -> str:
    return ": ".join(work.plain(part) for part in ("title", "subtitle") if part in work.texts)


def _author(work: Cited) -> tuple[str, ...]:
    """The one institution that is the author, with its short form."""
    authors = work.names.get("author", ())
    forms = [authors[0].inverted] if len(authors) == 1 else []
    short = work.plain("shortauthor")
    return tuple(dict.fromkeys([*forms, short] if forms and short else forms))
