"""How a document or a passage is cited and what became of it: one section of the companion page.

The companion of a document (``<id>.made.html``) has a section for the document and for each of its
blocks, named by the anchor.  A page leads there by “Cite”; script shows the section in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape as html_escape
from itertools import count
from typing import Any, Protocol

from markupsafe import escape

from archive.citation import Run
from archive.citation.dates import exact
from archive.citation.earlier import HISTORY
from archive.citation.formatted import formatted
from archive.citation.links import COMPANION, DESCRIPTIONS, PROOF
from archive.citation.reference import Reference
from archive.model.language import direction
from archive.model.ledger import short
from archive.model.telling import DatedEvent
from archive.model.words import N_, Words

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
