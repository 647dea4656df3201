"""The passages, headings and notes of a document: names, labels, and what each is a part of.

Follows from the parts of their seals by the rules of ``site.read.locators``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.model.passage import Anchor, way_of
from archive.model.record import Record
from archive.model.seal import PASSAGE, WITHDRAWN, Part
from archive.model.settings import Settings


@dataclass(frozen=True, slots=True)
class Standing:
    """What has a seal of its own in a document."""

    anchor: str
    label: str  # in the margin: "W3", or the document's own number
    where: str  # the document's own number, behind that of its annex; else empty
    spoken: str
    way: str  # what tells it from all others: ``[3] › P5`` of a part
    parent: str | None  # the anchor of what it is a part of
    part: Part

    @property
    def name(self) -> str:
        """The spoken name, with the way to it where the name does not say it."""
        return f"{self.spoken} ({self.way})" if " › " in self.way else self.spoken


def standings(
    order: Sequence[str | Part], stands: Mapping[str, Part], record: Record, settings: Settings
) -> dict[str, Standing]:
    """Return what stands in a document, by anchor, in order: each before its parts.

    The notices of withdrawn passages are among it, as parts with the role ``WITHDRAWN``.
    """
    annex = _Annex()
    found: dict[str, Standing] = {}
    between: list[str] = []  # notices, which go with the part that follows them
    for anchor, part, around in _within(order, stands, None):
        facts = part[1] if len(part) > 1 else {}
        named = Anchor.parse(anchor)
        where = annex.where(part[0], facts)
        own = f"{record.id}-{facts['within']}" if "within" in facts else None
        label = facts.get("locator", named.label)
        spoken = settings.spoken(named, record.short_title, where, record.language)
        one = Standing(anchor, label, where, spoken, "", None, part)
        found[anchor] = _put(one, own or around, found)
        if own:
            found |= {each: _put(found[each], own, found) for each in between}
        is_between = part[0] in ("notice", WITHDRAWN) and not own
        between = [*between, anchor] if is_between and not around else []
    return found


def _put(each: Standing, parent: str | None, found: Mapping[str, Standing]) -> Standing:
    """Put something within what it is a part of."""
    name, above = each.where or each.label, found.get(parent or "")
    way = way_of(name, above.way, above.where) if above is not None else name
    return replace(each, parent=parent, way=way)


def _within(
    held: Sequence[str | Part], stands: Mapping[str, Part], around: str | None
) -> Iterator[tuple[str, Part, str | None]]:
    """Yield each anchor, its part and the anchor around it, but for those that marks of notes name.

    The anchor of a withdrawn passage stands where its words stood.
    """
    for each in held:
        if isinstance(each, str) or each[0] == "footnote":
            continue
        if each[0] == PASSAGE:
            anchor = each[1]["anchor"]
            part = stands.get(anchor) or [""]
            yield anchor, part, around
            yield from _within(part[2:], stands, anchor)
        elif each[0] == WITHDRAWN and each[1].get("anchor"):
            yield each[1]["anchor"], each, around
        else:
            yield from _within(each[2:], stands, around)


class _Annex:
    """The headings around what stands next, each by its level with the annex that it is in."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def where(self, role: str, facts: Mapping[str, str]) -> str:
        """Return what a block is cited by, and go into the section of a heading."""
        level = int(facts["level"]) if role == "heading" else None
        while level is not None and self._open and self._open[-1][0] >= level:
            self._open.pop()
        annex = self._open[-1][1] if self._open else ""
        passage = facts.get("locator", "")
        where = f"{annex}, {passage}" if annex and passage else passage
        if level is not None:
            self._open.append((level, passage if "numbering" in facts else annex))
        return where
