"""The seals of a corpus, as the engine computes them of the pages it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pybtex.database import parse_string

from archive.citation.style import FORMS
from archive.model.seal import (
    PASSAGE,
    Outline,
    Part,
    canonical,
    cited,
    digest,
    part,
    record_fields,
    with_works,
)
from benchmarks.corpus import Citation, Corpus, Link, Segment, Term, Work, entry, name_of


class Seals:
    """Computes seals; ``changed`` has works that are not as the corpus has them, by key."""

    def __init__(self, corpus: Corpus, changed: Mapping[str, Work] = MappingProxyType({})) -> None:
        self._corpus = corpus
        self._changed = changed
        self._digests: dict[str, str] = {}

    def passage(self, segments: Iterable[Segment]) -> str:
        """The seal of a passage."""
        return self._of(part("paragraph", {}, [_part(each) for each in segments]))

    def heading(self, title: str) -> str:
        """The seal of a heading."""
        return self._of(part("heading", {"level": "2"}, [title]))

    def document(self, record: object, anchors: Iterable[str]) -> str:
        """The seal of a document that has these anchors in order, and nothing between them."""
        order = canonical([[PASSAGE, {"anchor": anchor}] for anchor in anchors])
        return Outline(digest(record_fields(record)), order, ()).seal(self._work)

    def _of(self, made: Part | None) -> str:
        return with_works(digest(made), cited([made] if made else []), self._work)

    def _work(self, key: str) -> str:
        if key not in self._digests:
            work = self._changed.get(key) or self._corpus.work(int(key.rpartition("-")[2]))
            found = parse_string(entry(work), "bibtex").entries
            self._digests[key] = digest(next(iter(FORMS.values()))(found[key], found))
        return self._digests[key]


def _part(segment: Segment) -> str | Part:
    match segment:
        case Citation(key):
            return ["citation", {"form": "p", "target": key}]
        case Link(document, passage):
            return ["link", {"target": f"{name_of(document)}-p{passage}"}]
        case Term(name):
            return ["link", {"kind": "term", "target": name}, name]
    return segment
