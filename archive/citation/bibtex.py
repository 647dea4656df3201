r"""BibLaTeX entries (The biblatex Package, 2.1 to 2.3, and 2.3.8 for dates).

Every kind of document is a ``@report`` with its kind as ``type``.  It is the only type on which
Zotero's three imports agree, according to its translators BibTeX (``report``), RIS (``RPRT``) and
Embedded Metadata (``citation_technical_report_institution``).  It keeps the archive as institution
and the kind as report type; ``@online`` would lose both.

- ``author``, ``institution``: bodies in double braces, or they are split at spaces, commas and
  "and"; persons as ``Family, Jr., Given``.
- ``title``: in double braces, or styles lower its capitals.  It names the passage, which has no
  field of its own: styles print ``pages`` behind “p.”.
- ``date``: EDTF, of a date that is exact or has two ends; a decade has its first year and its last.
  Any other is a ``year`` in words: biblatex prints ``2021~`` as 2021 and biblatex-apa ``2021/`` as
  “2021–present”; pandoc drops ``/..``, ``../2021`` and ``202X``, citation-js stops at ``/2021``.
- ``related``: the entry of the original, which biblatex prints behind the words of
  ``relatedstring``.  A passage has none, so that an entry can stand alone.
- Of a case each style has another field for its number: oscola ``number``, apa ``citation``, those
  of biblatex itself, and Zotero, ``howpublished``.  The court is its ``organization``; oscola has
  an ``institution``, and prints it of a case without a number alone.
- ``langid``: the language, for hyphenation; of ``language`` biblatex prints the code.
- ``comment``, which no style knows, and Zotero keeps as a note; biblatex-apa prints ``annotation``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import latexcodec  # noqa: F401 - registers the codec "ulatex"

from archive.citation import names, undivided
from archive.citation.names import by_years, closed, exact, in_years, is_known
from archive.citation.reference import Original, Reference
from archive.model.crosswalk import in_order, written
from archive.model.dates import MONTHS, ArchiveDate

# TeX's special characters.  Braces become commands, since BibTeX counts even escaped ones.
_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{character: f"\\{character}" for character in "%#$&_"},
}
_SPECIAL = re.compile(f"[{re.escape(''.join(_COMMANDS))}]")

# Characters that TeX's fonts run together into another: --, ``, '', ,,, <<, >>, ?`, !`.
_LIGATURES = re.compile(
    r"(?<=-)(?=-)|(?<=[`?!])(?=`)|(?<=')(?=')|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)"
)

_FOREIGN = re.compile(r"[^\W\d_\x00-\x7f]")  # letters outside ASCII

VERBATIM = frozenset({"url", "doi", "archiveurl"})  # fields that biblatex reads as they are

# The babel names of BCP 47 primary languages, for ``langid``.
_BABEL = {
    "ar": "arabic", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fa": "persian", "fr": "french", "he": "hebrew", "it": "italian", "nl": "dutch",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
    "uk": "ukrainian",
}  # fmt: skip

# What no address may have in braces.
_UNSAFE = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})

_ORDER = (
    "author title shorttitle type number citation howpublished institution organization publisher "
    "date year month sortyear langid url related relatedstring keywords note comment"
)

Fields = Iterator[tuple[str, str]]


def entry(reference: Reference) -> str:
    """The BibLaTeX entry of a reference, ending in a line feed."""
    return _entry("report", reference.key, _fields(reference))


def bibliography(references: Iterable[Reference]) -> str:
    """The entries of all references, as a file in UTF-8; a document's original has its own."""
    return "\n".join(
        text
        for each in references
        for text in ((entry(each),) if each.locator else (entry(each), original(Original(each))))
    )


def original(given: Original) -> str:
    """The entry of the original of a document, to which that of the document is related."""
    return _entry(given.kind.biblatex, given.key, _of_original(given))


def classic(references: Iterable[Reference]) -> str:
    """The entries of all references for the styles of 1988, which know neither type nor date."""
    return "\n".join(_entry("techreport", each.key, _classic(each)) for each in references)


def _entry(kind: str, key: str, fields: Fields) -> str:
    lines = "".join(
        f"  {name:<13} = {{{value}}},\n" for name, value in in_order(fields, _ORDER) if value
    )
    return f"@{kind}{{{key},\n{lines}}}\n"


@lru_cache(maxsize=1024)  # a document's passages have most of their texts in common
def escape(text: str) -> str:
    """A text on one line, as TeX prints it unchanged.  Braces stay balanced."""
    return "{}".join(
        _SPECIAL.sub(lambda special: _COMMANDS[special[0]], part) for part in _LIGATURES.split(text)
    )


def in_ascii(name: str, value: str) -> str:
    r"""The value of a field with each letter as TeX's command for it: ``{\'o}``.

    BibTeX of 1988 cuts initials and labels out of bytes, and leaves half a letter of UTF-8.
    """
    return value if name in VERBATIM else _FOREIGN.sub(_command, value)


def _command(letter: re.Match[str]) -> str:
    written = str(codecs.encode(letter[0], "ulatex", "keep"))
    if letter[0] != "ı":
        written = written.replace(r"\i", "i")  # pandoc puts an accent on a dotless i beside it
    return f"{{{written}}}" if written.isascii() else letter[0]


def verbatim(url: str) -> str:
    """An address as biblatex reads it, which unescapes nothing."""
    return url.translate(_UNSAFE)


def _fields(reference: Reference) -> Fields:
    record = reference.record
    for name, row, value in written(record, "bibtex"):
        if isinstance(value, tuple):
            yield name, escape(", ".join(map(undivided, value)))
        else:
            yield name, f"{{{escape(value)}}}" if row.is_name else escape(value)
    yield from _in_any(reference)
    yield from dated(record.date)
    if babel := _BABEL.get(record.language.partition("-")[0]):
        yield "langid", babel
    yield "comment", escape(reference.note)
    if reference.locator is None:
        yield "related", Original(reference).key
        yield "relatedstring", "A rendering of"


def _in_any(reference: Reference) -> Fields:
    """What both dialects have."""
    yield "author", names.bibtex(reference.record.cited, escape)
    yield "title", f"{{{escape(reference.title)}}}"
    yield "shorttitle", escape(reference.short_title)
    yield "type", escape(reference.report_type)
    yield "institution", f"{{{escape(reference.publisher)}}}"
    yield "url", reference.address  # verbatim, as biblatex reads it; nothing in it needs escaping


def dated(date: ArchiveDate) -> Fields:
    """The fields of a date in BibLaTeX."""
    if exact(date):
        yield "date", date.edtf
    elif span := closed(date):
        yield "date", span
    elif is_known(date):
        yield "year", in_years(date)
        yield "sortyear", by_years(date).removeprefix("../")[:4]


def _of_original(given: Original) -> Fields:
    yield "author", names.bibtex(given.authors, escape)
    yield "title", f"{{{escape(given.title)}}}"
    yield "type", escape(given.kind.label)
    if given.numbers:
        first = escape(given.numbers[0])
        yield "number", first
        yield "citation", first if given.kind.is_case else ""
        yield "howpublished", escape(", ".join(given.numbers))
    yield from _bodies(given)
    yield from dated(given.date)
    if given.address:
        yield "url", verbatim(given.address)
    yield "note", given.unknown.removesuffix(".")
    yield "comment", escape(given.rendered)


def _bodies(given: Original) -> Fields:
    """The court, or who published it."""
    courts = " and ".join(f"{{{escape(each)}}}" for each in given.courts)
    publisher = f"{{{escape(given.publisher)}}}" if given.publisher else ""
    if courts:
        yield "organization", courts
        yield "institution", "" if given.numbers else courts
        yield "publisher", publisher
    else:
        yield "institution" if given.kind.biblatex == "report" else "organization", publisher


def _classic(reference: Reference) -> Fields:
    """The fields of a document, in ASCII, or of a passage.

    A browser completes the titles of passages, and has no table of letters; BibTeX cuts no title.
    """
    whole = reference.locator is None
    for name, value in _in_any(reference):
        titled = name in ("title", "shorttitle")
        yield name, value if titled and not whole else in_ascii(name, value)
    yield from classically_dated(reference.record.date)
    yield "comment", in_ascii("comment", escape(reference.note))


def classically_dated(date: ArchiveDate) -> Fields:
    """The fields of a date for the styles of 1988."""
    moment = exact(date)
    yield "year", moment.year if moment else in_years(date)
    if moment and moment.month:
        yield "month", " ".join(filter(None, (str(moment.day or ""), MONTHS[moment.month - 1])))
