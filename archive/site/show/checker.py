"""The page that checks a reader's own text against the archive, ``check.html``.

Nothing of the text leaves the reader's machine: scripts read it, and load files of the archive
alone.  For each language that documents have and a catalogue knows there is a page, such as
``check.fr.html``; documents in that language lead there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from sphinx.application import Sphinx

from archive.model.words import direction, named, spoken_in, words
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import view_of

CHECK = "check"  # the name of the page, and the beginning of those in other languages


def check_page(language: str | None, own: str) -> str:
    """Return the name of the page that speaks a language, in an archive with its ``own``."""
    spoken = spoken_in(language, own)
    return CHECK if spoken == own else f"{CHECK}.{spoken}"


def language_of(pagename: str, own: str) -> str | None:
    """Return the language of a page of this kind; None for any other page."""
    name, _dot, language = pagename.partition(".")
    return (language or own) if name == CHECK else None


def check_pages(app: Sphinx) -> Iterator[GeneratedPage]:
    """Yield the page in each language, that of the archive first."""
    own = app.config.language
    for language in _languages(app):
        name = check_page(language, own)
        context = partial(_context, app, language)
        yield GeneratedPage(name, "check.html", context, listed=name == CHECK)


def _languages(app: Sphinx) -> list[str]:
    own = app.config.language
    found = {check_page(each, own): each for each in view_of(app.env).languages()}
    return [own, *(language for name, language in sorted(found.items()) if name != CHECK)]


def _context(app: Sphinx, language: str) -> dict[str, Any]:
    own, _ = app.config.language, words(language)
    return {
        "title": _("Check my text"),
        "base": app.config.html_baseurl,
        "tongues": [
            (check_page(each, own), each, direction(each), named(each, each))
            for each in _languages(app) if each != language
        ],
    }  # fmt: skip
