"""Relations between documents: what a document is to another document, a passage or a work.

Some join passages: ``w3 quotes: letter-p3`` says that the quotations of w3 are words of that
passage, and ``w3 quotes: letter-p3 “grave threat”`` that this one is.

Each relation has its words in both directions, the link relations that IANA registers for them, and
a property of schema.org.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from archive.model import Fact, Problem
from archive.model import crosswalk as read
from archive.model.crosswalk import Reader, RuleBrokenError
from archive.model.frontmatter import Entry
from archive.model.passage import normalise
from archive.model.words import N_


@dataclass(frozen=True, slots=True)
class Direction:
    """How one end of a relation names the other."""

    words: str  # "Annex of", "Annexes"
    rel: str  # a link relation (RFC 8288); "related" where none says more
    json_ld: str  # a property of schema.org; empty where there is none


@dataclass(frozen=True, slots=True)
class Bond:
    """A kind of relation."""

    there: Direction  # from the document that declares it
    back: Direction  # from what it names
    verb: str  # "is an annex of"
    is_acyclic: bool = False  # nothing may be related so to itself, not by way of others either
    is_of_passages: bool = False  # a passage of the document may be named before it


BONDS: Mapping[str, Bond] = {
    "annex-of": Bond(
        Direction(N_("Annex of"), "up", "isPartOf"),
        Direction(N_("Annexes"), "appendix", "hasPart"),
        "is an annex of", is_acyclic=True,
    ),
    "translation-of": Bond(
        Direction(N_("Translation of"), "related", "translationOfWork"),
        Direction(N_("Translations"), "related", "workTranslation"),
        "is a translation of", is_acyclic=True,
    ),
    "version-of": Bond(  # equally authentic, as treaties have them (Vienna Convention, art. 33)
        Direction(N_("Version of"), "related", "translationOfWork"),
        Direction(N_("Versions"), "related", "workTranslation"),
        "is a version of", is_acyclic=True,
    ),
    "replies-to": Bond(
        Direction(N_("Replies to"), "related", "citation"),
        Direction(N_("Replies"), "replies", ""),
        "replies to",
    ),
    "follows-up": Bond(  # takes up again what its makers, or some of them, asked or said before
        Direction(N_("Follows up"), "related", "citation"),
        Direction(N_("Followed up by"), "related", ""),
        "follows up", is_acyclic=True,
    ),
    "amends": Bond(
        Direction(N_("Amends"), "related", "citation"),
        Direction(N_("Amended by"), "related", ""),
        "amends",
    ),
    "announces": Bond(
        Direction(N_("Announces"), "about", "about"),
        Direction(N_("Announced by"), "related", "subjectOf"),
        "announces",
    ),
    "quotes": Bond(
        Direction(N_("Quotes"), "related", "citation"),
        Direction(N_("Quoted by"), "related", ""),
        "quotes", is_of_passages=True,
    ),
    "repeats": Bond(
        Direction(N_("Repeats"), "related", "citation"),
        Direction(N_("Repeated in"), "related", ""),
        "repeats", is_of_passages=True,
    ),
    "supersedes": Bond(
        Direction(N_("Supersedes"), "predecessor-version", "citation"),
        Direction(N_("Superseded by"), "successor-version", ""),
        "supersedes", is_acyclic=True,
    ),
}  # fmt: skip


# What stands below a passage: what it repeats, and what quotes or repeats it.  What it quotes
# stands at each quotation.
TAKEN_UP = (BONDS["repeats"].there, BONDS["quotes"].back, BONDS["repeats"].back)

# What makes two documents versions of one text.
VERSIONS = frozenset({"translation-of", "version-of"})


def versions(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the versions of one text by each of them, from which document names which.

    The first is the one that names no other; the others follow in the order of their ids.
    """
    beside: dict[str, set[str]] = {}
    naming = set()
    for one, other in pairs:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
        naming.add(one)
    found: dict[str, tuple[str, ...]] = {}
    for start in sorted(beside):
        if start not in found:
            group, waiting = set[str](), [start]
            while waiting:
                if (here := waiting.pop()) not in group:
                    group.add(here)
                    waiting += beside[here]
            ordered = tuple(sorted(group, key=lambda each: (each in naming, each)))
            found |= dict.fromkeys(group, ordered)
    return found


# The other versions of a text, in heads and linksets; a card has only what is declared.
VERSION = Direction("", "alternate", "workTranslation")
SAME_VERSION = Direction("", "alternate", "")  # itself, and what a relation names already


@dataclass(frozen=True, slots=True)
class Relation(Fact):
    """What a document is to something else."""

    kind: str  # a key of BONDS
    target: str  # a document id, an anchor or the key of a work
    line: int  # of the document's file
    passage: str = ""  # the label in lower case of the passage that is related; else the document
    words: str = ""  # the one quotation of the passage that is meant; else all

    def __str__(self) -> str:
        words = f" “{self.words}”" if self.words else ""
        return f"{self.passage} {self.kind}: {self.target}{words}".strip()

    def anchor(self, document: str) -> str:
        """The anchor of the passage that is related; empty where it is the document."""
        return f"{document}-{self.passage}" if self.passage else ""


def origins(relations: Iterable[Relation], passage: str, words: str) -> tuple[Relation, ...]:
    """Return where the words of a quotation are from: by the lines that name it, else the others.

    ``passage`` is the label in lower case of the passage that quotes them.
    """
    of_passage = [each for each in relations if (each.kind, each.passage) == ("quotes", passage)]
    named = [each for each in of_passage if normalise(each.words) == normalise(words)]
    return tuple(named or (each for each in of_passage if not each.words))


_FORM = (
    "write one line - annex-of: document-id for each; also an anchor or the key of a work. Of a "
    "passage: - w3 quotes: anchor, and behind it the “words” of one quotation if it has several."
)
_RELATED = re.compile(r"(?:([a-z][1-9][0-9]*) )?(\S*)")
_TARGET = re.compile(r"(\S+)(?: “([^“”]+)”)?")


def read_relations(reader: Reader, entry: Entry) -> tuple[Relation, ...]:
    """Read the list of relations."""
    if not isinstance(entry.value, tuple) or not entry.value:
        raise RuleBrokenError("record-value-form", "it is not a list.", _FORM)
    found: list[Relation] = []
    for item in entry.value:
        try:
            relation = _relation(reader, item)
        except RuleBrokenError as broken:
            rule, message, mend = broken.args
            reader.report(item.line, (rule, f"relations: {message}", mend))
            continue
        if str(relation) in map(str, found):
            reader.report(item.line, (
                "relation-repeated", f"relations: “{relation}” stands twice.", "keep one of them.",
            ))  # fmt: skip
        found.append(relation)
    return tuple(found)


def _relation(reader: Reader, item: Entry) -> Relation:
    if not isinstance(item.value, dict) or len(item.value) != 1:
        raise RuleBrokenError("record-value-form", "a line is no relation with its target.", _FORM)
    ((kind, target),) = item.value.items()
    named = _RELATED.fullmatch(kind)
    passage, kind = named.groups("") if named else ("", kind)
    if kind not in BONDS:
        raise RuleBrokenError(
            "relation-unknown", f"“{kind}” is no relation.", f"use one of: {', '.join(BONDS)}."
        )
    said = _TARGET.fullmatch(read.text(reader, target))
    if said is None or (passage and not BONDS[kind].is_of_passages):
        raise RuleBrokenError("record-value-form", f"a line {kind} is of another form.", _FORM)
    name, words = said.groups("")
    if words and (kind, bool(passage)) != ("quotes", True):
        raise RuleBrokenError("record-value-form", "only of a passage words are quoted.", _FORM)
    return Relation(kind, name, target.line, passage, words)


@dataclass(frozen=True, slots=True)
class End:
    """A document and what it is related to, for the checks of an archive."""

    id: str
    path: str
    relations: tuple[Relation, ...]
    passages: frozenset[str] = frozenset()  # their anchors


def unrelated(
    ends: Mapping[str, End], documents: Mapping[str, str], works: Mapping[str, object]
) -> Iterator[Problem]:
    """Yield relations to nothing or to the document itself, and those that lead round.

    ``ends`` has the documents with relations by id, ``documents`` the id of the document that each
    anchor and each document id names, and ``works`` the keys of the bibliography.
    """
    for end in ends.values():
        for relation in end.relations:
            named = documents.get(relation.target)
            if relation.passage and relation.anchor(end.id) not in end.passages:
                yield Problem(
                    end.path, relation.line, "relation-passage",
                    f"The document has no passage {relation.passage}: {relation}.",
                    "begin the line with the label of one in lower case, such as p5.",
                )  # fmt: skip
            if named == end.id:
                yield Problem(
                    end.path, relation.line, "relation-itself",
                    f"The document “{end.id}” is related to itself: {relation}.",
                    "name another document, or remove the line.",
                )  # fmt: skip
            elif named is None and relation.target not in works:
                yield Problem(
                    end.path, relation.line, "relation-to-nothing",
                    f"“{relation.target}” is neither a document, nor an anchor, nor a work.",
                    "correct it, or add the work to the bibliography.",
                )  # fmt: skip
            elif BONDS[relation.kind].is_acyclic and named is not None:
                yield from _round(end, relation, named, ends, documents)


def _round(
    end: End,
    relation: Relation,
    named: str,
    ends: Mapping[str, End],
    documents: Mapping[str, str],
) -> Iterator[Problem]:
    """Yield a problem where relations of one kind lead from a document back to it."""
    seen: list[str] = []
    waiting = [named]
    while waiting:
        here = waiting.pop()
        if here == end.id:
            verb = BONDS[relation.kind].verb
            way = f", by way of {', '.join(seen)}" if len(seen) > 1 else ""
            yield Problem(
                end.path, relation.line, "relation-round",
                f"“{end.id}” {verb} “{named}”, which {verb} “{end.id}”{way}.",
                "remove one of these relations.",
            )  # fmt: skip
            return
        if here not in seen:
            seen.append(here)
            further = ends[here].relations if here in ends else ()
            waiting += [
                documents[each.target]
                for each in further
                if each.kind == relation.kind and each.target in documents
            ]
