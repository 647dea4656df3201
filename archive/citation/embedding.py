"""A quotation of a passage for a page elsewhere, in HTML that needs no script and no style sheet.

The companion page has it once a document, with a slot for what differs between passages.  Script
fills it; whoever has none puts the three texts in their places.  The attribution stands outside the
``blockquote`` (HTML, 4.4.4).

There is no oEmbed file.  A static one is found, but it answers every passage of a page alike, as no
consumer sends the fragment; and WordPress drops HTML of unlisted providers that is no ``iframe``
(``wp_filter_oembed_result``).  What is left, a title and a picture, the head has as OpenGraph.
"""

from __future__ import annotations

from html import escape

from archive.citation.reference import Reference
from archive.model.language import direction

# What is put in their places: the anchor, the words of the passage, how it is cited.
ANCHOR, WORDS, CITATION = "{anchor}", "{words}", "{citation}"


def embedding(document: Reference) -> str:
    """Return the HTML of a quotation from a document.

    Its last line says whose words these are, and does not belong to a quotation of a note.
    """
    address = escape(f"{document.page}#{ANCHOR}")
    language, side = escape(document.record.language), direction(document.record.language)
    credit = escape(f"{document.credit[:1].upper()}{document.credit[1:]}", quote=False)
    return "\n".join((
        "<figure>",
        f'<blockquote cite="{address}" lang="{language}" dir="{side}"><p>{WORDS}</p></blockquote>',
        f'<figcaption lang="en" dir="ltr"><a href="{address}">{CITATION}</a>',
        f"<small>{credit}; only words within quotation marks are the source’s.</small>",
        "</figcaption>",
        "</figure>",
    ))  # fmt: skip
