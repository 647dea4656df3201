"""What the documents of a copy tell of one another: names, works and relations, all of it proved.

A link shows the name of what it leads to, and a page the relations that other documents declare.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from archive.citation.companion import Version, version_of
from archive.model.relations import BONDS, SAME_VERSION, VERSION, VERSIONS, Relation, versions
from archive.preservation.ledger import Fates, page_of
from archive.preservation.sealed import Sealed, Tie
from archive.preservation.words import squeezed

LETTERS = re.compile(r"[^\W_]+")  # runs of letters and digits

# The address and the text of each link that a form has.
Links = Callable[[], Iterator[tuple[str, str]]]


@dataclass
class Known:
    """The names of documents, anchors and works, and the relations of documents."""

    fates: Fates
    documents: frozenset[str]  # that have something published
    files: Container[str]  # of the copy
    names: dict[str, str] = field(default_factory=dict)  # of documents and anchors, as spoken
    headings: dict[str, str] = field(default_factory=dict)  # which links show; white space may lack
    marked: set[str] = field(default_factory=set)  # headings with marks in them
    ways: dict[str, str] = field(default_factory=dict)  # that tell anchors from all others
    works: dict[str, str] = field(default_factory=dict)  # the label of each work
    languages: dict[str, str] = field(default_factory=dict)  # of documents
    passages: dict[str, Version] = field(default_factory=dict)  # of each document
    _groups: tuple[int, Mapping[str, tuple[str, ...]]] = (0, MappingProxyType({}))
    _there: dict[str, tuple[Relation, ...]] = field(default_factory=dict)
    _back: defaultdict[str, list[tuple[str, Relation]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, sealed: Sealed) -> None:
        """Take what a document tells that is proved."""
        self.names |= sealed.names()
        self.headings |= sealed.headings()
        self.marked |= sealed.marked()
        self.ways |= {each.anchor: each.way for each in sealed.standing.values()}
        self.works |= {key: sealed.worded(key)[0] for key in sealed.works}
        own = sealed.record.id
        self.languages[own] = sealed.record.language
        self.passages[own] = version_of(
            own, sealed.record.language, sealed.record.title, sealed.aligned_by()
        )
        self._there[own] = sealed.record.relations
        for relation in sealed.record.relations:
            self._back[self._owner(relation.target)].append((own, relation))

    def shown(self, target: str) -> str | None:
        """What a link shows that has no words of its own: a heading, or a spoken name."""
        return self.headings.get(target, self.names.get(target))

    def exactly(self, target: str) -> str | None:
        """What a link shows, where white space is known, too: not of a heading with marks in it."""
        return None if target in self.marked else self.shown(target)

    def called(self, target: str) -> set[str]:
        """All names that a link to a document or an anchor may show."""
        return {each[target] for each in (self.headings, self.names) if target in each}

    def ties(self, document: str, base: str, links: Links) -> Iterator[Tie]:
        """What a document is related to, then what is related to it, as far as it is proved.

        ``links`` has where the entry of a work stands, and the names that are not proved.
        """
        for relation in self._there.get(document, ()):
            at = self.shown(relation.anchor(document)) or ""
            yield self._tie(relation, base, links)._replace(at=at)
        for other, relation in sorted(self._back.get(document, ()), key=lambda each: each[0]):
            at = self.shown(relation.target) or "" if relation.target != document else ""
            address, anchor = f"{base}documents/{other}.html", relation.anchor(other)
            if spoken := self.shown(anchor):
                yield Tie(BONDS[relation.kind].back, spoken, f"{address}#{anchor}", at)
            else:
                yield Tie(BONDS[relation.kind].back, self.names.get(other, ""), address, at)
        yield from self._siblings(document, base)

    def versions(self, document: str) -> tuple[str, ...]:
        """The versions of a document's text, itself too; empty of a text with one version."""
        count, groups = self._groups
        if count != len(self._there):
            groups = versions(
                (one, other)
                for one, relations in self._there.items() for relation in relations
                if relation.kind in VERSIONS
                and (other := self._owner(relation.target)) in self.names
            )  # fmt: skip
            self._groups = len(self._there), groups
        return groups.get(document, ())

    def group(self, document: str) -> list[Version]:
        """The versions of a document's text with their passages."""
        return [self.passages[each] for each in self.versions(document)]

    def _siblings(self, document: str, base: str) -> Iterator[Tie]:
        """All versions of a document's text, as heads and linksets have them."""
        there = ((each.kind, self._owner(each.target)) for each in self._there.get(document, ()))
        back = ((each.kind, other) for other, each in self._back.get(document, ()))
        said = {other for kind, other in (*there, *back) if kind in VERSIONS} | {document}
        for each in self.versions(document):
            direction = SAME_VERSION if each in said else VERSION
            address = f"{base}documents/{each}.html"
            language = self.languages.get(each, "")
            yield Tie(direction, self.names[each], address, language=language)

    def _tie(self, relation: Relation, base: str, links: Links) -> Tie:
        target, direction = relation.target, BONDS[relation.kind].there
        if (owner := self._owner(target)) != target:
            address = f"{base}documents/{owner}.html#{target}"
        elif target in self.documents:
            address = f"{base}documents/{target}.html"
        else:
            return Tie(direction, *self._work(target, base, links))
        name = self.shown(target)
        likely = (text for each, text in links() if each == address)
        text = next(likely, "")
        is_right = name is None or squeezed(name) == squeezed(text)
        return Tie(direction, text if is_right else name or "", address)

    def unproved(self, document: str) -> str:
        """Which names of what a document is related to are not proved."""
        targets = (each.target for each in self._there.get(document, ()))
        return ", ".join(each for each in targets if each not in {*self.names, *self.works})

    def _owner(self, target: str) -> str:
        """The document that has an anchor; what is none is the owner of itself."""
        final = self.fates.final.get(target)
        return target if final is None else page_of(final)[len("documents/") : -len(".html")]

    def _work(self, key: str, base: str, links: Links) -> tuple[str, str]:
        """The label of a work, with a letter if two have the same, and where its entry stands."""
        label = self.works.get(key)
        for address, text in links():
            page, _, place = address.removeprefix(base).partition("#")
            if slug(place) == slug(f"cite-{key}") and page in self.files:
                known = label is None or re.fullmatch(f"{re.escape(label)}[a-z]?", text)
                return (text if known else label or ""), address
        return label or key, ""


def slug(text: str) -> str:
    """The letters and digits of a text, of which Sphinx and docutils make ids."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(LETTERS.findall(plain.lower()))
