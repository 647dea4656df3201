"""The original of a document as a work of its own, which readers cite beside the rendering.

A document's files for reference managers have two records: the rendering, which is a report, and
its original, whose type is that of its kind (``archive.model.kinds``).  The rendering of a judgment
is no case: of 2,851 styles of CSL, 2,810 print the title of a report, which says whose words these
are, 2,832 its author, 2,554 its publisher and 1,392 its address; of a case 2,788, some 2,730, 2,087
and 1,194 (``make prove WHAT=court``).  Zotero has no publisher of a case or a statute at all.

A case has no author: manuals cite it by its name, and name the court behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.citation.reference import Reference
from archive.model.agents import Agent
from archive.model.dates import ArchiveDate
from archive.model.kinds import Kind
from archive.model.record import Record


@dataclass(frozen=True, slots=True)
class Original:
    """What is known of an original."""

    rendering: Reference  # of the whole document

    @property
    def record(self) -> Record:
        return self.rendering.record

    @property
    def kind(self) -> Kind:
        return self.record.kind

    @property
    def key(self) -> str:
        """A key that no document and no passage has, since no id has a full stop."""
        return f"{self.rendering.document}.original"

    @property
    def title(self) -> str:
        """The name of a case or an act, or the title that its source gives it."""
        named = self.kind.is_law and not self.record.title_supplied
        return self.record.title if named else self.record.source.title or self.record.title

    @property
    def courts(self) -> tuple[str, ...]:
        """Those that decided it or that it was brought to; none of what is no case."""
        of_a_case = self.record.agents if self.kind.is_case else ()
        return tuple(each.name for each in of_a_case if "court" in each.role)

    @property
    def authors(self) -> tuple[Agent, ...]:
        """Those whom the record cites, without the courts of a case."""
        return tuple(each for each in self.record.cited if each.name not in self.courts)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The neutral citation and the number of the case, as far as it has them."""
        return tuple(filter(None, (self.record.neutral_citation, self.record.docket)))

    @property
    def date(self) -> ArchiveDate:
        return self.record.decided or self.record.date

    @property
    def publisher(self) -> str | None:
        """Who published it, unless that is its court."""
        publisher = self.record.source.publisher
        return None if publisher in self.courts else publisher

    @property
    def address(self) -> str | None:
        return self.record.source.address

    @property
    def rendered(self) -> str:
        """Where the rendering is, in a sentence."""
        credit = self.rendering.settings.credit
        return f"{credit[:1].upper()}{credit[1:]} at {self.rendering.page}."

    @property
    def note(self) -> str:
        """What a manager keeps in a note."""
        return " ".join(filter(None, (self.rendered, self.unknown)))

    @property
    def unknown(self) -> str:
        """A sentence on where it was published, if nobody knows."""
        return "" if self.record.source.is_known else "Where it was published is not known."


def originals(references: Iterable[Reference]) -> list[Original]:
    """The originals of those references that are to whole documents."""
    return [Original(each) for each in references if each.locator is None]
