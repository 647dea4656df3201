r"""BibLaTeX entries (The biblatex Package, 2.1 to 2.3, and 2.3.8 for dates).

Every kind of document is a ``@report`` with its kind as ``type``.  It is the only type on which
Zotero's three imports agree, according to its translators BibTeX (``report``), RIS (``RPRT``) and
Embedded Metadata (``citation_technical_report_institution``).  It keeps the archive as institution
and the kind as report type; ``@online`` would lose both.

- ``author``, ``institution``: bodies in double braces, or they are split at spaces, commas and
  "and"; persons as ``Family, Jr., Given``.
- ``title``: in double braces, or styles lower its capitals.
- ``date``: EDTF; left out if unknown.  "Or later" ends in a bare slash: biblatex prints a dash for
  it as for ``/..``, and pandoc, which knows only the slash, would print "n.d.".
- ``pages``: the passage.  Managers keep it as the locator of an entry (Zotero: Pages), and biblatex
  sets "p." only before numbers.  Whoever cites the whole document adds the locator by hand:
  ``\cite[whereas 3]{ala-assange-resolution}``.
- ``language`` is for managers, ``langid`` for hyphenation.
- ``annote`` (2.2.5, alias of ``annotation``): styles do not print it; Zotero keeps it as a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from archive.citation import names
from archive.citation.dates import is_known
from archive.citation.reference import Reference
from archive.citation.text import undivided
from archive.model.crosswalk import in_order, written

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

# The babel names of BCP 47 primary languages, for ``langid``.
_BABEL = {
    "ar": "arabic", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "fa": "persian", "fr": "french", "he": "hebrew", "it": "italian", "nl": "dutch",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
    "uk": "ukrainian",
}  # fmt: skip

_ORDER = "author title shorttitle type institution date pages language langid url keywords annote"


def entry(reference: Reference) -> str:
    """The BibLaTeX entry of a reference, ending in a line feed."""
    fields = "".join(
        f"  {name:<11} = {{{value}}},\n" for name, value in in_order(_fields(reference), _ORDER)
    )
    return f"@report{{{reference.key},\n{fields}}}\n"


def bibliography(references: Iterable[Reference]) -> str:
    """The entries of all references, as a file in UTF-8."""
    return "\n".join(map(entry, references))


@lru_cache(maxsize=1024)  # a document's passages have most of their texts in common
def escape(text: str) -> str:
    """A text on one line, as TeX prints it unchanged.  Braces stay balanced."""
    return "{}".join(
        _SPECIAL.sub(lambda special: _COMMANDS[special[0]], part) for part in _LIGATURES.split(text)
    )


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    record = reference.record
    for name, row, value in written(record, "bibtex"):
        if isinstance(value, tuple):
            yield name, escape(", ".join(map(undivided, value)))
        else:
            whole = row.is_name or name == "title"
            yield name, f"{{{escape(value)}}}" if whole else escape(value)
    yield "author", names.bibtex(record.cited, escape)
    yield "type", escape(reference.report_type)
    yield "institution", f"{{{escape(reference.publisher)}}}"
    if is_known(record.date):
        yield "date", record.date.edtf.removesuffix("..")
    if reference.locator:
        yield "pages", escape(reference.locator.text)
    if babel := _BABEL.get(record.language.partition("-")[0]):
        yield "langid", babel
    yield "url", reference.address  # verbatim, as biblatex reads it; nothing in it needs escaping
    yield "annote", escape(reference.note)
