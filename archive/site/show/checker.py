"""The page that checks a reader's own text against the archive, ``check.html``.

Nothing of the text leaves the reader's machine: scripts read it, and load files of the archive
alone.  For each language that documents have and a catalogue knows there is a page, such as
``check.fr.html``; documents in that language lead there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from sphinx.application import Sphinx

from archive.model.direction import direction
from archive.model.words import N_, named, words
from archive.site.know.outputs import GeneratedPage
from archive.site.know.view import view_of

CHECK = "check"  # the name of the page, and the beginning of those in other languages

# What check.js says.
_SAID = (
    N_(" Its place is taken by "), N_("Address"), N_("All"), N_("Anchor"),
    N_("But for a capital letter."), N_("Checking …"), N_("Checking … {percent} %"), N_("Citation"),
    N_("Compared with an earlier wording, which stood until {date}."),
    N_("Compared with the words of the archive, not with those of its sources."), N_("Copied"),
    N_("Copy"), N_("Fingerprint"), N_("It can mean several passages."),
    N_("It could not be copied."), N_("It has other words now."), N_("It is not published yet."),
    N_("It said so until {date}."), N_("It was published only later, on {date}."),
    N_("Its wordings"), N_("Keep as a file"), N_("Links to passages open in a new tab."),
    N_("Misquoted"), N_("Moved"), N_("Moved on {date}, to:"), N_("Moved to:"),
    N_("No passage has these words, or words like them."), N_("Not checked:"),
    N_("Not in the archive"), N_("Nothing of this archive was found in the text."),
    N_("Numbers of pages change. Cite the passage."), N_("Only punctuation differs."),
    N_("Pasted, with its links"), N_("Print"), N_("Quotation"), N_("Reworded since"), N_("Show"),
    N_("So it was on that day; it changed on {date}."), N_("Stands"), N_("Stopped."),
    N_("The archive has no such passage or document."), N_("The check does not work here: {error}"),
    N_("The end of the text: it is too long."), N_("The file of the document could not be loaded."),
    N_("The passage never had the words of this fingerprint."),
    N_("The passage that is cited beside it does not have these words."),
    N_("The passage that is cited beside it has nothing like it, nor has any other."),
    N_("The text has more than is checked."),
    N_("The words stand here, and not in the passage that is cited beside them."),
    N_("There is no text yet. Paste one, or choose a file."),
    N_("These are too few words to look them up."),
    N_("This browser cannot unpack Word documents. Save {name} as text or HTML, or "
       "paste its text."),
    N_("Unclear"), N_("With a change in brackets, as is marked."),
    N_("With words left out, as is marked."), N_("Withdrawn"), N_("Withdrawn on {date}."),
    N_("Your text, with what was found marked"), N_("[the passage: "), N_("[your text: "),
    N_("as of {date}"), N_("checked"), N_("line {number}"), N_("only in the passage"),
    N_("only in your text"), N_("paragraph {number}"), N_("{count} misquoted"), N_("{count} moved"),
    N_("{count} not in the archive"), N_("{count} reworded since"), N_("{count} shown."),
    N_("{count} stand"), N_("{count} stands"), N_("{count} unclear"), N_("{count} withdrawn"),
    N_("{file} could not be loaded."), N_("{found} found: {states}."),
    N_("{name} could not be read as a Word document. Save it anew as .docx, or paste its text."),
    N_("{name} is no text, Markdown, HTML or Word file (.docx). Save it as one of "
       "these, or paste its text."),
    N_("{name} is ready to be checked."),
)  # fmt: skip


def check_page(language: str | None, own: str) -> str:
    """Return the name of the page that speaks a language, in an archive with its ``own``."""
    is_own = not language or language == own or words(language).is_english
    return CHECK if is_own else f"{CHECK}.{language}"


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
    said = {} if _.is_english else {text: _(text) for text in _SAID}
    return {
        "title": _("Check my text"),
        "base": app.config.html_baseurl,
        "check_words": json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"),
        "tongues": [
            (check_page(each, own), each, direction(each), named(each, each))
            for each in _languages(app) if each != language
        ],
    }  # fmt: skip
