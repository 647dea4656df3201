"""What the seals of a document are of: the data beside it, held against the ledger."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, Template

from archive.citation import bibtex, csl, works_export
from archive.citation.companion import (
    CITE,
    CITE_DOCUMENT,
    CITE_SIGNATORY,
    Lines,
    Version,
    cite_name,
    citing,
    embedding,
)
from archive.citation.companion import told as answering
from archive.citation.metadata import (
    BIBLATEX,
    CSL,
    LINKSET,
    RELATED_BEFORE,
    RIS,
    Line,
    Meta,
    Related,
    card,
    describe,
    links,
    metadata,
    report,
    serialise,
    serialise_linkset,
)
from archive.citation.names import is_known
from archive.citation.records import script, unfolded
from archive.citation.reference import Passage, Reference, refer
from archive.citation.style import FORMS, worded
from archive.data.text import in_language
from archive.model import seal
from archive.model.ledger import Event, History, Kind, State
from archive.model.passage import Anchor, way_of
from archive.model.record import Record, record_of
from archive.model.relations import Direction
from archive.model.seal import PASSAGE, WITHDRAWN, Part
from archive.model.settings import Settings
from archive.model.showing import escaped, page_of
from archive.model.tree import LogPlace
from archive.model.verifying import last_change, told
from archive.model.wordings import Key
from archive.model.wordings import key as key_of
from archive.model.words import Words as Say
from archive.model.words import words as say_in
from archive.preservation.ledger import Fates
from archive.preservation.pages import Element
from archive.preservation.words import classes_of, is_hidden

# --- The passages, headings and notes of a document: names, labels, and what each is a part of.
#
# Follows from the parts of their seals by the rules of ``site.read.locators``.


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


# --- What the seals of a document are of: the data beside it, held against the ledger.
#
# ``documents/<id>.proof.json`` has under ``sealed`` what each seal is the digest of, as
# ``archive.model.seal`` describes it.  Once the digests are those of the ledger, the data is
# proved, and every other form of the document can be held against it: this one reader is trusted,
# all others are compared with it.

# What follows from a record, by the suffix of the file beside the document.
FOLLOWING: Mapping[str, Callable[[Reference, Sequence[Related]], str]] = {
    BIBLATEX.suffix: lambda reference, _: bibtex.bibliography([reference]),
    RIS.suffix: lambda reference, _: works_export.ris_file([reference]),
    CSL.suffix: lambda reference, _: csl.serialise([reference]),
    LINKSET.suffix: serialise_linkset,
}

THEME = Path(__file__).parents[1] / "theme"  # of the engine


Work = Mapping[str, str]  # what a seal has of a work, by field
EARLIER = tuple(f"works-{number}" for number in list(FORMS)[1:])  # works in earlier forms


class Tie(NamedTuple):
    """What stands at the other end of a relation."""

    direction: Direction
    name: str
    address: str
    at: str = ""  # the passage of this document that the other one names
    language: str = ""  # of a version of the same text

    @property
    def related(self) -> Related:
        rel, json_ld = self.direction.rel, self.direction.json_ld
        return Related(self.name, self.address, rel, json_ld, self.language)


@dataclass(frozen=True)
class Sealed:
    """What a document and its passages are sealed with."""

    archive: Mapping[str, Any]  # the values of its settings, which no line of the ledger has
    fields: Mapping[str, Any]  # of the record
    order: list[str | Part]
    cites: list[str]
    works: Mapping[str, Work]
    stands: Mapping[str, Part]  # by anchor
    earlier: tuple[Mapping[str, Work], ...] = ()  # works in earlier forms, newest first

    @classmethod
    def parse(cls, text: str) -> Sealed:
        """Read the data.  Raises ValueError, KeyError and TypeError where it is none."""
        data = json.loads(text)
        return cls(
            data["archive"], data["record"], data["order"], data["cites"], data["works"],
            data["stands"], tuple(data[name] for name in EARLIER if name in data),
        )  # fmt: skip

    def wrong(self, document: str, anchors: list[str], fates: Fates) -> Iterator[str]:
        """What is not as the ledger has sealed it, of a document and its anchors that stand."""
        if self.fields.get("id") != document:
            yield f"it is of {self.fields.get('id')}"
        for anchor in anchors:
            wanted, line = fates.seals.get(anchor, ("", 0))
            if line and wanted not in self._seals(anchor):
                yield f"what stands at {anchor} is not what line {line} of the ledger has sealed"
        for anchor in self.stands.keys() - set(anchors):
            yield f"it has {anchor}, which the ledger does not have here"
        if document in fates.seals:
            wanted, line = fates.seals[document]
            if wanted not in self._seals_of_document():
                yield f"the record or the order is not what line {line} of the ledger has sealed"
        for key in {key for form in self.earlier for key in form if not self._continues(form, key)}:
            yield f"the work {key} is another one in an earlier form of seals"

    def _seals(self, anchor: str) -> Iterator[str]:
        """The seals of what stands at an anchor, by each form of works."""
        part = self.stands.get(anchor)
        return self._with_works(seal.digest(part), seal.cited([part] if part else []))

    def _seals_of_document(self) -> Iterator[str]:
        stands = seal.stands(seal.canonical(self.order), seal.digest(self.fields))
        return self._with_works(stands, self.cites)

    def _with_works(self, stands: str, keys: Sequence[str]) -> Iterator[str]:
        for form in (self.works, *self.earlier) if keys else ({},):
            yield seal.with_works(stands, keys, partial(_digest_of, form))

    def _continues(self, form: Mapping[str, Work], key: str) -> bool:
        """Whether a work has all that an earlier form has of it, but for “Jr.” and the like."""
        whole = self.works.get(key, {})
        return all(
            set(value.split()) <= set(whole.get(name, "").split()) if name == "author"
            else whole.get(name) == value
            for name, value in form[key].items()
        )  # fmt: skip

    def unsealed(self, fates: Fates) -> str:
        """What of works is shown and not sealed, since the seals are of an earlier form; in words.

        Call it where nothing is wrong.
        """
        if not self.earlier:
            return ""
        proved = {key for key in self.cites if self._is_newest(self.fields["id"], fates)}
        for anchor in self.stands:
            if self._is_newest(anchor, fates):
                proved.update(seal.cited([self.stands[anchor]]))
        found = {
            name
            for form in self.earlier for key in form if key not in proved
            for name, value in self.works[key].items() if form[key].get(name) != value
        }  # fmt: skip
        return ", ".join(sorted(found))

    def _is_newest(self, name: str, fates: Fates) -> bool:
        """Whether the seal of an anchor or of the document is of the newest form of works."""
        seals = self._seals(name) if name in self.stands else self._seals_of_document()
        return next(seals) == fates.seals.get(name, ("", 0))[0]

    # The forms that follow from the record

    @cached_property
    def settings(self) -> Settings:
        """The settings of the archive.  Raises ValueError."""
        return Settings.of(self.archive)

    @cached_property
    def record(self) -> Record:
        """The record, with another number of paragraphs.  Raises ValueError."""
        return record_of(self.fields, self.settings)

    @cached_property
    def say(self) -> Say:
        """The words of its language.  Raises ValueError."""
        return say_in(self.record.language)

    @cached_property
    def shown_order(self) -> list[str | Part]:
        """What stands in the document, with the archive's own words in its language."""
        return [
            each if isinstance(each, str) else in_language(each, self.say) for each in self.order
        ]

    @cached_property
    def reference(self) -> Reference:
        return refer(self.record, self.settings)

    @cached_property
    def labelled(self) -> dict[str, Standing]:
        """All that has a label, in its order: what stands, and notices of what was withdrawn."""
        return standings(self.order, self.stands, self.record, self.settings)

    @cached_property
    def standing(self) -> dict[str, Standing]:
        """The passages, headings and notes in the order in which they stand."""
        found = self.labelled.items()
        return {anchor: each for anchor, each in found if each.part[0] != seal.WITHDRAWN}

    def form(self, suffix: str, related: Sequence[Related] = ()) -> str:
        """The file beside the document that follows from its record; see ``FOLLOWING``."""
        return FOLLOWING[suffix](self.reference, related)

    def metas(self) -> tuple[Meta, ...]:
        """The metadata in the head of the page."""
        return metadata(self.reference, describe(self.record))

    def related(
        self, fates: Fates, related: Sequence[Related]
    ) -> tuple[list[tuple[str, str, str, str]], str]:
        """The links in the head of the page by relation, and its JSON-LD."""
        passages = [
            self._cited(each, fates) for each in self.standing.values()
            if Anchor.parse(each.anchor).is_passage and each.anchor in fates.words
        ]  # fmt: skip
        once = tuple(dict.fromkeys(related))
        led = links(self.reference, once)
        said = serialise(report(self.reference, passages, once))
        shown = [(each.rel, each.href, each.type or "", each.hreflang or "") for each in led]
        return shown, said

    def aligned_by(self) -> Iterator[tuple[Key, str, str]]:
        """By what its passages are aligned with those of other versions, with anchor and name."""
        for each in self.standing.values():
            anchor = Anchor.parse(each.anchor)
            if anchor.is_passage and each.part[0] != "heading":
                yield key_of(anchor, each.where), each.anchor, each.spoken

    def citations(
        self, fates: Fates, companion: str, versions: Sequence[Version] = ()
    ) -> Iterator[dict[str, Any]]:
        """The contexts of the sections of a companion page (``archive.citation.companion``)."""
        lines = Lines()
        yield citing(self.reference, lines)
        for named in self._citable(fates):
            former = [
                old for old in fates.former.get(named.anchor, ()) if f'id="{old}"' in companion
            ]
            moves = [events_of(old, fates)[-1] for old in former]
            yield citing(
                self._cited(named, fates), lines, fates.words[named.anchor][0],
                told(_history(named.anchor, fates), moves, lambda _: None, self.say), former,
                versions=answering(versions, self.record.id, named.anchor, key_of(
                    Anchor.parse(named.anchor), named.where
                )),
                **self._nested(named),
            )  # fmt: skip

    def cite_links(self, fates: Fates) -> Iterator[tuple[str, tuple[str, str]]]:
        """What each link “Cite” stands beside, with its name for screen readers and its words.

        The names of a group of signatories have one, beside the first.
        """
        _ = self.say
        yield self.record.id, ("", _(CITE_DOCUMENT))
        groups = map(list, map(_anchors, _groups([*self.order, *self.stands.values()])))
        first = {anchor: group[0] for group in groups for anchor in group}
        for named in self._citable(fates):
            changed = last_change(_history(named.anchor, fates), _)
            shown = f"{changed} · {_(CITE)}" if changed else _(CITE)
            shown = _(CITE_SIGNATORY) if named.anchor in first else shown
            if first.get(named.anchor, named.anchor) == named.anchor:
                at = self._cited(named, fates).where
                yield named.anchor, (cite_name(shown, at, _), shown)

    def _citable(self, fates: Fates) -> Iterator[Standing]:
        """What has a section on the companion page, besides the document."""
        for named in self.standing.values():
            if named.anchor in fates.words and named.part[0] != "heading":
                yield named

    def _nested(self, named: Standing) -> dict[str, Any]:
        """What a passage is a part of, and the passages that are its parts."""
        parts = map(self.standing.__getitem__, self.parts.get(named.anchor, ()))
        return {
            "around": self.standing.get(named.parent or ""),
            "parts": [each for each in parts if Anchor.parse(each.anchor).is_passage],
        }

    @cached_property
    def parts(self) -> Mapping[str, list[str]]:
        """The anchors of the parts of each anchor that has some."""
        found: dict[str, list[str]] = {}
        for each in self.standing.values():
            if each.parent:
                found.setdefault(each.parent, []).append(each.anchor)
        return found

    def _cited(self, named: Standing, fates: Fates) -> Reference:
        line = fates.told[named.anchor][-1]
        place = LogPlace(line, fates.tree.head(line).root, ())
        sha256 = fates.words[named.anchor][0]
        parts = tuple(self.parts.get(named.anchor, ()))
        day = _history(named.anchor, fates).worded
        passage = Passage(Anchor.parse(named.anchor), sha256, place, named.where, parts, day)
        return refer(self.record, self.settings, passage)

    def worded(self, key: str) -> tuple[str, str]:
        """The label and the text of a work in the bibliography."""
        return _worded(tuple(self.works[key].items()))

    def described(self) -> frozenset[str]:
        """The texts of the metadata of its PDF."""
        record, authors = self.record, [each.name for each in self.record.cited]
        said = {
            self.reference.credited_title, *authors, *record.subjects,
            ", ".join(record.subjects), record.language, record.rights, self.settings.name,
            self.reference.page, "application/pdf",
            *([record.date.edtf] if is_known(record.date) else []),
        }  # fmt: skip
        return frozenset(said)

    def card(self, ties: Iterable[Tie]) -> Iterator[tuple[str, Line]]:
        """The lines of the card, each with the label of its item, without the source's paragraphs.

        These are counted by every build, and no seal has their number.
        """
        related: dict[str, list[Line]] = {}
        for tie in (each for each in ties if each.direction.words):
            said = f"{tie.name} ({tie.at})" if tie.at else tie.name
            label = self.say(tie.direction.words)
            related.setdefault(label, []).append(Line(said, "link", tie.address))
        source, number = self.say(RELATED_BEFORE), self.record.source.paragraphs
        counted = self.say.plural("{} paragraph", "{} paragraphs", number)
        for label, lines in card(self.record).items():
            groups = [*related.items()] if label == source else []
            for name, each in (*groups, (label, lines)):
                yield from (
                    (name, line) for line in each if (name, line.words) != (source, counted)
                )

    def pages_of_subjects(self) -> list[str]:
        """Where the subjects of its card lead."""
        return [f"{self.settings.base}{page_of(each)}.html" for each in self.record.subjects]

    def addresses(self) -> set[str]:
        """Where links of its text, its works and its record lead outside, as URIs of a PDF."""
        _, targets = texts_of_parts([*self.order, *self.stands.values()])
        own = {line.address for _, line in self.card(())} | {self.settings.licence.address}
        works = {work.get("url", "") for work in self.works.values()}
        return set(map(escaped, targets | own | works))

    def is_conditional(self) -> bool:
        """Whether some of it depends on the form in which it stands."""
        held = seal.canonical([self.order, *self.stands.values()])
        return '["generated",' in held or '["part",{"kind":' in held

    def besides(self, ties: Iterable[Tie]) -> Iterator[str]:
        """What print has besides passages, each between two marks.

        The record, the works, the texts of notes, and what stands under no anchor.
        """
        for label, line in self.card(ties):
            # Behind a link print sets the number of a page.
            words = line.words.rpartition(" (") if line.drawn == "link" else ("", "", line.words)
            yield from (label, *filter(None, (words[0], words[2])))
        yield from (text for key in self.works for text in self.worded(key))
        yield from _pieces(self.shown_order)
        for part in self.stands.values():
            for note in _notes([part]):
                yield from _pieces(note[2:])

    def changed(self, fates: Fates) -> Iterator[str]:
        """What print says below each passage that changed since it was published."""
        for anchor in self.stands:
            if anchor in fates.words and (said := last_change(_history(anchor, fates), self.say)):
                yield self.say("{sentence}.").format(sentence=said)

    def names(self) -> Iterator[tuple[str, str]]:
        """The title of the document, and the spoken names of its anchors."""
        yield self.record.id, self.record.title
        yield from ((each.anchor, each.spoken) for each in self.standing.values())

    def marked(self) -> set[str]:
        """The headings that have more than one text, of which no seal has the spaces between."""
        heads = (
            (anchor, part) for anchor, part in self.stands.items() if part and part[0] == "heading"
        )
        return {anchor for anchor, part in heads if len(part) != 3 or not isinstance(part[2], str)}

    def headings(self) -> Iterator[tuple[str, str]]:
        """The words of each heading, without its notes."""
        for anchor, part in self.stands.items():
            if part[0] == "heading":
                yield anchor, " ".join(words(part))


def _groups(held: Sequence[str | Part]) -> Iterator[Part]:
    """The groups of signatories."""
    for each in held:
        if not isinstance(each, str):
            yield from [each] if each[0] == "signatories" else _groups(each[2:])


def _anchors(part: Part) -> Iterator[str]:
    """The anchors of what stands in a part."""
    for each in part[2:]:
        if not isinstance(each, str):
            yield from [each[1]["anchor"]] if each[0] == seal.PASSAGE else _anchors(each)


def _digest_of(works: Mapping[str, Work], key: str) -> str:
    return seal.digest(works[key]) if key in works else ""


def _notes(held: Sequence[str | Part]) -> Iterator[Part]:
    for each in held:
        if not isinstance(each, str):
            yield from [each] if each[0] == "footnote" else _notes(each[2:])


def _pieces(held: Sequence[str | Part]) -> Iterator[str]:
    for each in held:
        if isinstance(each, str):
            yield each
        elif each[0] not in ("formula", "citation", "generated") and not is_named(each):
            yield from _pieces(each[3 if each[0] == seal.WITHDRAWN else 2 :])


def is_named(part: Part) -> bool:
    """Whether a link shows the name of its target, and not the words that are written."""
    said, target = " ".join(words(part)), part[1].get("target", "")
    return part[0] == "link" and said in (target, target.rpartition("/")[2])


def words(part: Part) -> Iterator[str]:
    """The texts of a part, without those of notes."""
    for each in part[2:]:
        if isinstance(each, str):
            yield each
        elif each[0] != "footnote":
            yield from words(each)


_NAMED = ("image", "signatories")  # that have a text which is not within them
_AS_WRITTEN = ("locator", "marks", "numbering", "within")  # facts that a MyST copy has, too

# Blocks whose text, without that of the blocks within, a source has in one piece.
_MARKS = frozenset({
    "abbreviation", "break", "download", "emphasis", "formula", "link", "literal", "redacted",
    "span", "speaker", "strong", "struck", "sub", "sup",
})  # fmt: skip


def texts_of_parts(held: Sequence[str | Part]) -> tuple[set[str], set[str]]:
    """The text of each block, and the targets of links and citations, of parts and all within."""
    said, targets = set[str](), set[str]()

    def inside(held: Sequence[str | Part]) -> str:
        here = ""
        for each in held:
            if isinstance(each, str):
                here += each
                continue
            role, facts, *content = each
            content = content[1:] if role == seal.WITHDRAWN else content  # the notice
            if role in ("link", "download", "citation"):
                targets.add(" ".join(facts[name] for name in ("target", "form") if name in facts))
            told = [*_AS_WRITTEN, *(["text"] if role in _NAMED else [])]
            said.update(facts[name] for name in told if name in facts)
            text = inside(content) if role != "formula" and facts.get("kind") != "eq" else ""
            if role in _MARKS:
                here += text
            elif text:
                said.add(text)
        return here

    if text := inside(held):
        said.add(text)
    return said, targets


def _history(anchor: str, fates: Fates) -> History:
    events = tuple(events_of(anchor, fates))
    return History(anchor, State.LIVE, fates.words[anchor][0], None, None, events)


def events_of(anchor: str, fates: Fates) -> list[Event]:
    """The events of an anchor, oldest first, on the days that corrections give them."""
    found = []
    for line in fates.told[anchor]:
        event = fates.event(line)
        found.append(Event(
            fates.days.get(line, event["date"]), Kind(event["event"]), anchor,
            event.get("sha256"), event.get("target"), event.get("seal"), line=line,
        ))  # fmt: skip
    return found


def same(found: str, wanted: str) -> bool:
    """Whether two texts are the same, though one may not be in NFC, as a seal is."""
    return found == wanted or unicodedata.normalize("NFC", found) == wanted


@lru_cache(maxsize=10_000)  # many documents cite the same works
def _worded(work: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return worded(dict(work))


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of a generated page, one for each passage, which stand in one element."""

    kind: str  # their class
    around: str  # the class of the element
    of: str  # what one of them tells of the passage in ``{}``

    def unlike(self, text: str, tree: Element, wanted: Mapping[str, str]) -> Iterator[str]:
        """What differs from the wanted sections, by id, each shown and in their order."""
        section = rf'<section class="{self.kind}" id="([^"]*)">.*?</section>'
        found = {each[1]: each[0] for each in re.finditer(section, text, re.DOTALL)}
        for key in {**wanted, **found}:
            if wanted.get(key) != found.get(key):
                yield f"{self.of.format(key)} is not what record and ledger say"
        together = "\n".join((f'<div class="{self.around}">', *wanted.values(), "</div>"))
        named = [
            each for each in tree.iter()
            if each.get("id") in wanted or self.kind in classes_of(each)
        ]  # fmt: skip
        if together not in text or [each.get("id") for each in named] != list(wanted):
            yield f"sections of the class {self.kind} are more, fewer, or in another order or place"
        for each in filter(is_hidden, named):
            yield f"{self.of.format(each.get('id'))} is hidden"


_CITING = Sections("citing", "citations", "how {} is cited")


@cache
def _commit(say: Say) -> re.Pattern[str]:
    """What a page says of the commit of a publication, in a language."""
    before, after = map(re.escape, say("in commit {commit}").split("{commit}"))
    return re.compile(f" {before}<code>[0-9a-f]{{12}}</code>{after}")


@cache
def template(folders: tuple[Path, ...], name: str) -> Template:
    """A template of sections of pages, from the first of the folders that has it."""
    loader = FileSystemLoader(folders)
    return Environment(loader=loader, autoescape=False).get_template(name)


def miscited(  # noqa: PLR0913, PLR0917 - each argument names what a page is held against
    page: bytes,
    tree: Element,
    sealed: Sealed,
    fates: Fates,
    folders: tuple[Path, ...],
    versions: Sequence[Version] = (),
) -> Iterator[str]:
    """What a companion page tells otherwise than it follows: how each passage is cited.

    Its sections stand together, shown, in their order, and nothing else has an anchor of theirs.
    Which commit published a passage no line of the ledger says.
    """
    text = _commit(sealed.say).sub("", page.decode("utf-8", "replace"))
    render = template(folders, "citing.html").render
    cited = list(sealed.citations(fates, text, versions))
    # Before 28 November 2026 sections had the codes of all styles, and each format all its words.
    styled = text.count(' data-style="apa"') > 1
    wanted = {each["reference"].key: render(each, styled=styled) for each in cited}
    yield from _CITING.unlike(text, tree, wanted)
    templates = [each.text or "{}" for each in tree.iter() if each.get("id") == "records"]
    follows = script(sealed.reference, has_notes=any(each["day"] for each in cited))
    if templates != [follows] and [*map(unfolded, templates)] != [unfolded(follows)]:
        yield "the records of its passages for reference managers are not what the record gives"
    quoted = [each.text for each in tree.iter() if each.get("id") == "embedding"]
    if quoted != [embedding(sealed.reference)]:
        yield "the HTML of a quotation is not what the record gives"
