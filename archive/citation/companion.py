"""How a document or a passage is cited, what it said before, and its versions: parts of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape as html_escape
from itertools import count
from typing import Any, Protocol

from markupsafe import escape

from archive.citation import Run
from archive.citation.formatted import formatted
from archive.citation.metadata import COMPANION, DESCRIPTIONS, PROOF
from archive.citation.names import exact
from archive.citation.reference import Passage, Reference, refer
from archive.model.dates import ArchiveDate
from archive.model.ledger import Event, History, State, short
from archive.model.passage import SECTION, Anchor
from archive.model.record import Record
from archive.model.settings import Settings
from archive.model.tree import LogPlace
from archive.model.verifying import DatedEvent, happened
from archive.model.wordings import Change, Key, changes
from archive.model.words import N_, Words, direction, named, words

# --- How a document or a passage is cited and what became of it: one section of the companion page.
#
# The companion of a document (``<id>.made.html``) has a section for the document and for each of
# its blocks, named by the anchor.  A page leads there by “Cite”; script shows the section in place.

# What links to a section say on the page.
CITE, CITE_DOCUMENT, CITE_SIGNATORY = N_("Cite"), N_("Cite this document"), N_("Cite a signatory")


class Named(Protocol):
    """A passage as a section leads to it; a block of a document is one."""

    @property
    def anchor(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def label(self) -> str: ...


class Lines:
    """Writes how a document and its passages are cited in each style, as lines of HTML.

    Citations of the passages that the archive numbers differ in key and number alone.  They are
    worded once for each word, such as “whereas”, with a mark in the place of both.
    """

    _KEY = "\0"  # no text of a reference has a control character

    def __init__(self) -> None:
        self._worded: dict[tuple[str, str, bool], tuple[str, str]] = {}

    def of(self, reference: Reference, *, styled: bool = False) -> str:
        """The lines of one section; with the codes of styles if it is ``styled``."""
        where = reference.locator
        if where is None or where.own or reference.is_note:
            return _lines(reference, styled=styled or where is None)
        kind = reference.document, where.word, styled
        if kind not in self._worded:
            written = _lines(reference, styled=styled)
            number = next(each for each in count(1000) if str(each) not in written)
            blank = replace(reference, key=self._KEY, locator=replace(where, number=number))
            self._worded[kind] = _lines(blank, styled=styled), str(number)
        lines, mark = self._worded[kind]
        return lines.replace(mark, str(where.number)).replace(self._KEY, reference.key)


def _lines(reference: Reference, *, styled: bool) -> str:
    _ = reference.words
    # Styles have their own words, which are English.
    tongue = "" if _.is_english else ' lang="en" dir="ltr"'
    cited = formatted(reference)
    codes = [f' data-style="{each.code}"' if styled else "" for each in cited]
    return "\n".join(
        f"<dt>{escape(_(each.label))}</dt><dd{code}{tongue}>{''.join(map(_marked, each.runs))}</dd>"
        for each, code in zip(cited, codes, strict=True)
    )


def _marked(run: Run) -> str:
    return f"<em>{escape(run.text)}</em>" if run.italic else str(escape(run.text))


def citing(  # noqa: PLR0913, PLR0917 - each argument names what it says
    reference: Reference,
    lines: Lines,
    sha256: str | None = None,
    history: Sequence[DatedEvent] = (),
    former: Sequence[str] = (),
    around: Named | None = None,
    parts: Sequence[Named] = (),
    versions: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the context of ``citing.html``.

    ``lines`` is one for all sections of a page, ``sha256`` is the passage's present fingerprint,
    ``former`` are the anchors that moved to it, ``around`` is the passage that it is a part of,
    ``parts`` are those that are parts of it, and ``versions`` says which passages of other versions
    answer it, see ``citation.versions``.
    """
    return {
        "reference": reference,
        "citations": lines.of,
        "day": _day(reference),
        "files": (*DESCRIPTIONS, PROOF) if reference.locator is None else (),
        "sha256": sha256,
        "history": history,
        "earlier": f"{reference.document}.{HISTORY}.html#{reference.key}"
        if len({each.sha256 for each in history if each.sha256}) > 1
        else "",
        "former": former,
        "around": around,
        "parts": parts,
        "short": short,
        **(versions or {}),
        "_": reference.words,
        # Styles have their own words, which are English.
        "style_tongue": "" if reference.words.is_english else ' lang="en" dir="ltr"',
    }


def _day(reference: Reference) -> str:
    """When an editor's note was published; empty of others, and before."""
    date = reference.record.date
    return date.edtf if reference.is_note and exact(date) else ""


def cite_name(shown: str, at: str, _: Words) -> str:
    """The name of a link for screen readers: what it says, and the locator that it leads to."""
    colon = N_("{link}: {place}") if shown == _(CITE_SIGNATORY) else N_("{link} {place}")
    return _(colon).format(link=shown, place=at)


def address(document: str, key: str) -> str:
    """The section of a document or passage, from its page."""
    return f"{document}.{COMPANION.suffix}#{key}"


# --- A quotation of a passage for a page elsewhere, in HTML without script and style sheet.
#
# The companion page has it once a document, with a slot for what differs between passages.  Script
# fills it; whoever has none puts the three texts in their places.  The attribution stands outside
# the ``blockquote`` (HTML, 4.4.4).
#
# There is no oEmbed file.  A static one is found, but it answers every passage of a page alike, as
# no consumer sends the fragment; and WordPress drops HTML of unlisted providers that is no
# ``iframe`` (``wp_filter_oembed_result``).  What is left, a title and a picture, the head has as
# OpenGraph.

# What is put in their places: the anchor, the words of the passage, how it is cited.
ANCHOR, WORDS, CITATION = "{anchor}", "{words}", "{citation}"


def embedding(document: Reference) -> str:
    """Return the HTML of a quotation from a document.

    Its last line says whose words these are, and does not belong to a quotation of a note.
    """
    address = html_escape(f"{document.page}#{ANCHOR}")
    language, side = html_escape(document.record.language), direction(document.record.language)
    credit = html_escape(f"{document.credit[:1].upper()}{document.credit[1:]}", quote=False)
    return "\n".join((
        "<figure>",
        f'<blockquote cite="{address}" lang="{language}" dir="{side}"><p>{WORDS}</p></blockquote>',
        f'<figcaption lang="en" dir="ltr"><a href="{address}">{CITATION}</a>',
        f"<small>{credit}; only words within quotation marks are the source’s.</small>",
        "</figcaption>",
        "</figure>",
    ))  # fmt: skip


# --- The versions of one text: which passages answer one another, and how one cites them aligned.

BESIDE = "versions.html"  # behind the id of the first version: the page with all side by side
VERSION = N_("{language} version")
ALIGNED = N_("{passage} ({version})")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text."""

    id: str
    language: str
    title: str
    passages: Mapping[Key, tuple[str, str]]  # anchor and spoken name of each, by what aligns it

    @property
    def own_name(self) -> str:
        """The name of its language in that language."""
        return named(self.language, self.language)


def version_of(
    id_: str, language: str, title: str, passages: Iterable[tuple[Key, str, str]]
) -> Version:
    """Return a version; of two passages with one key, the first is aligned."""
    found: dict[Key, tuple[str, str]] = {}
    for key, anchor, spoken in passages:
        found.setdefault(key, (anchor, spoken))
    return Version(id_, language, title, found)


def beside(versions: Sequence[Version], key: str, own: str = "") -> str:
    """The address of a passage or document on the page with all versions, from one of their pages.

    ``own`` is the version that the reader comes from, which the page shows.
    """
    asked = f"?in={own}" if own else ""
    return f"{versions[0].id}.{BESIDE}{asked}#{key}"


def told(versions: Sequence[Version], own: str, anchor: str, key: Key) -> dict[str, Any]:
    """Return what the section on a passage says of other versions; nothing where there are none."""
    others = [
        (each, *each.passages[key]) for each in versions if each.id != own and key in each.passages
    ]
    here = next((each for each in versions if each.id == own), None)
    if here is None or not others:
        return {}
    first = next((each for each in versions if key in each.passages), here)
    _ = words(first.language)
    name = first.passages[key][1]
    return {
        "versions": others,
        "beside": beside(versions, anchor, own),
        "aligned": aligned(name, here.language, _),
    }


def aligned(name: str, language: str, _: Words) -> str:
    """Name a passage as it is called in the first version: ``UDHR, art. 19 (French version)``."""
    said = _(VERSION).format(language=named(language, _.language))
    return _(ALIGNED).format(passage=name, version=said)


# --- What a passage said on earlier days: one section of a document's history page.
#
# The history of a document (``<id>.history.html``) has a section for each anchor that said other
# words before, named by the anchor: its wordings with their days, what each revision changed, and
# the citation as it read then.  What a section says is made here, for the page and for whoever
# verifies a copy of it; ``wordings.html`` renders it.

HISTORY = "history"  # behind the id of a document, in the name of the page

_NOT_KEPT = N_("The words of this time are not kept.")
_WITHDRAWN = N_("These words were withdrawn with the passage.")
_MOVED = N_("These words moved with the passage.")
_UNTIL = N_("{event}, until {date}")


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a document and of the words that it said."""

    document: str  # its id
    record: Record | None  # None of a document that is gone, of which nothing is cited
    settings: Settings
    texts: Mapping[str, str]  # words by fingerprint, those of today and those that are kept
    place: Callable[[Event], LogPlace]  # where an event stands in the ledger

    @property
    def language(self) -> str | None:
        return self.record.language if self.record is not None else None

    def name(self, anchor: str, where: str) -> str:
        """The spoken name of an anchor; ``where`` is the document's own number of it."""
        if self.record is None:
            return anchor
        title = self.record.short_title
        return self.settings.spoken(Anchor.parse(anchor), title, where, self.language)


@dataclass(frozen=True, slots=True)
class Wording:
    """What an anchor said for a time."""

    when: str  # "Published 22 November 2026, until 27 November 2026"
    sha256: str
    text: str | None
    note: str  # why the words are not shown
    changes: Sequence[Change]  # from the words before; none where one of both is not kept
    stands: bool  # whether it says this today
    reference: Reference | None  # as it was cited then

    @property
    def citation(self) -> Sequence[Any]:
        """The runs of the Chicago note."""
        return formatted(self.reference)[0].runs if self.reference is not None else ()


def section(history: History, final: History, where: str, past: Past) -> dict[str, Any]:
    """Return the context of ``wordings.html``; ``final`` is of the anchor that answers today."""
    _ = words(past.language)
    anchor = history.anchor
    target = Anchor.parse(history.target).document if history.target else ""
    gone = history.events[-1] if history.state is not State.LIVE else None
    return {
        "_": _,
        "anchor": anchor,
        "name": past.name(anchor, where),
        "document": past.document,
        "language": past.language,
        "wordings": list(_wordings(history, final, where, past, _)),
        "fate": happened(gone, _) if gone is not None else "",
        "target": history.target,
        "target_document": target,
        # Styles have their own words, which are English.
        "style_tongue": "" if _.is_english else ' lang="en" dir="ltr"',
    }


def _wordings(history: History, final: History, where: str, past: Past, _: Words) -> list[Wording]:
    worded = [event for event in history.events if event.sha256 is not None]
    is_live = history.state is State.LIVE
    ends = [*(event.date for event in worded[1:]), "" if is_live else history.events[-1].date]
    found, before = list[Wording](), None
    for event, end in zip(worded, ends, strict=True):
        sha256, is_last = event.sha256 or "", event is worded[-1]
        note = _note(sha256, history, final, _) if is_last else ""
        text = past.texts.get(sha256) if not note else None
        found.append(Wording(
            when=_when(event, end, _),
            sha256=sha256,
            text=text,
            note=note or (_(_NOT_KEPT) if text is None else ""),
            changes=changes(before, text) if before is not None and text is not None else (),
            stands=is_last and is_live,
            reference=_cited(history.anchor, event, where, past),
        ))  # fmt: skip
        before = text
    return found


def _note(sha256: str, history: History, final: History, _: Words) -> str:
    """Why the last words of an anchor are not shown, where it is gone with them."""
    if history.state is State.LIVE or sha256 != final.sha256:
        return ""
    return _(_WITHDRAWN if final.state is State.WITHDRAWN else _MOVED)


def _when(event: Event, end: str, _: Words) -> str:
    said = happened(event, _)
    return _(_UNTIL).format(event=said, date=ArchiveDate(end).said(_)) if end else said


def _cited(anchor: str, event: Event, where: str, past: Past) -> Reference | None:
    """The reference to an anchor as its words were published by an event."""
    named = Anchor.parse(anchor)
    if past.record is None or named.letter == SECTION:
        return None
    passage = Passage(named, event.sha256 or "", past.place(event), where, (), event.date)
    return refer(past.record, past.settings, passage)
