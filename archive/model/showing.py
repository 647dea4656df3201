"""How pages and print show things, for what makes them and for what checks a copy."""

from __future__ import annotations

import base64
import gettext
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

from archive.model.words import N_, primary

# The marks of the items of an enumeration as its source shows them: ``(a)``, ``(b)``, …


def marks(sample: str, kind: str, start: int) -> Iterator[str]:
    """Yield the mark of each item: before and after its counter stands what the sample has there.

    ``kind`` is docutils' enumtype.  Letters go on after z with aa, Roman numbers end with 4999.
    """
    before, after = re.split("[0-9A-Za-z]+", sample)
    counter = _COUNTERS[kind.removeprefix("lower").removeprefix("upper")]
    for number in count(start):
        shown = counter(number)
        yield f"{before}{shown.upper() if kind.startswith('upper') else shown}{after}"


def letters(number: int) -> str:
    """A number from 1 on as a, b, …, z, aa, ab, …"""
    found = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        found = chr(ord("a") + letter) + found
    return found


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """A number from 1 to 4999 as i, ii, iii, iv, …"""
    found = ""
    for value, signs in _ROMAN:
        times, number = divmod(number, value)
        found += signs * times
    return found


_COUNTERS: Mapping[str, Callable[[int], str]] = {"alpha": letters, "arabic": str, "roman": roman}


# --- Widths in percent, which pages give by a class, as they may have no styles of their own.

STEP = 5  # percent, of which the style sheet has classes
BEGINNING = "width-"
_PERCENT = re.compile(r"(\d{1,3})(?:\.\d+)?\s*%")


def class_of(width: str) -> str:
    """Return the class of a width, the nearest that there is; empty if it is not in percent."""
    match = _PERCENT.fullmatch(width.strip())
    if match is None or not 0 < int(match[1]) < 100:
        return ""
    return f"{BEGINNING}{max(STEP, STEP * round(int(match[1]) / STEP))}"


# --- What Sphinx says on a page of its own, in each language: the headings of notices.
#
# Sphinx's catalogues have them in some sixty languages.  They are read as files, so that whoever
# checks a copy needs no Sphinx.

PERMALINK = N_("Permalink")  # explains the ¶ of a heading

# By kind of notice; English, as the catalogues have it.
KINDS = {
    "attention": "Attention", "caution": "Caution", "danger": "Danger", "error": "Error",
    "hint": "Hint", "important": "Important", "note": "Note", "seealso": "See also", "tip": "Tip",
    "warning": "Warning",
}  # fmt: skip
# Whose catalogues are those of a country.
_COUNTRIES = {"nb": "nb_NO", "no": "nb_NO", "uk": "uk_UA", "zh": "zh_CN"}
_TRADITIONAL = {"zh-hant": "zh_TW", "zh-mo": "zh_TW"}


@cache
def heading_of(kind: str, language: str) -> str:
    """Return the heading of a kind of notice, ``note``; English where there is no other."""
    first = primary(language)
    names = [_TRADITIONAL.get(language.lower(), language.replace("-", "_"))]
    names.append(_COUNTRIES.get(first, first))
    found = find_spec("sphinx")
    folder = Path(found.origin).parent / "locale" if found and found.origin else Path()
    said = gettext.translation("sphinx", folder, names, fallback=True).gettext(KINDS[kind])
    return said.strip()


# --- Addresses as URIs and as print has them, and those that follow from the words of subjects.

# Addresses as URIs, and as print has them.
#
# A PDF demands ASCII of its links (ISO 32000-1, 12.6.4.7), and print an alphabet that its fonts
# have. What is printed leads to the same place for whoever types it.

PRINTED = r"\u0080-\u052f\u1e00-\u1fff"  # Latin, Greek and Cyrillic letters
_ADDRESS = re.compile(r"https?://\S+")


def escaped(address: str, kept: str = "") -> str:
    """An address as a URI, in ASCII but for the characters ``kept`` (RFC 3987, 3.1; RFC 5890)."""
    if address.isascii():
        return address
    foreign = re.compile(f"[^\\x00-\\x7f{kept}]+")
    with suppress(ValueError):  # of no address, or of a name that no host can have
        host = urlsplit(address).netloc
        if foreign.search(host):
            address = address.replace(host, host.encode("idna").decode(), 1)
    return foreign.sub(lambda found: quote(found[0]), address)


def as_printed(text: str) -> str:
    """A text with the addresses in it as print has them."""
    return text if text.isascii() else _ADDRESS.sub(lambda found: escaped(found[0], PRINTED), text)


# --- Subjects: each has a page of its own, whose address follows from its words.

SUBJECTS = "subjects"  # of their pages
_DIGITS = 8  # of the hash of a subject that ASCII cannot write


def page_of(subject: str) -> str:
    """Return the name of a subject's page: ``subjects/press-freedom``.

    A subject with letters that ASCII lacks ends in digits of its SHA-256.  Subjects that differ in
    case and marks alone share a page.
    """
    plain = unicodedata.normalize("NFKD", subject)
    spelled = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    lost = any(each.isalnum() and not each.isascii() for each in plain)
    digits = hashlib.sha256(subject.casefold().encode()).hexdigest()[:_DIGITS] if lost else ""
    return f"{SUBJECTS}/{'-'.join(filter(None, (spelled.strip('-'), digits))) or 'other'}"


# --- The Content-Security-Policy of the site's answers (CSP Level 3), for pages and for other
# files.
#
# What may run is known before any page is written: files of the site, and the inline scripts of the
# engine's own templates.  Nothing is ever allowed because it stands in a page.

# For every file that is no page: it runs nothing, submits nothing, and belongs to no origin.
# A drawing opened by itself keeps its own styles, which can load nothing.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

# For the PDFs that the engine makes, which browsers' own viewers do not show in a sandbox.
PRINT = "frame-ancestors 'none'"


def source_hash(script: bytes) -> str:
    """The CSP hash source of an inline script, with line ends normalised as HTML does."""
    text = script.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode('ascii')}'"


def page_policy(scripts: Iterable[str], *, compiles: bool = False, header: bool = False) -> str:
    """The policy of a page that may run the inline scripts with these hash sources.

    ``compiles`` allows what search needs: WebAssembly and a worker.  ``header`` adds what only a
    header can say.
    """
    compiling = ("'wasm-unsafe-eval'",) if compiles else ()
    return "; ".join((
        "default-src 'none'",
        " ".join(("script-src 'self'", *sorted(scripts), *compiling)),
        "script-src-attr 'none'",
        "style-src 'self'",
        "style-src-attr 'none'",
        "img-src 'self' data:",  # data: for the icons in the theme's style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        *(("worker-src 'self'",) if compiles else ()),
        *(("frame-ancestors 'none'",) if header else ()),
    ))  # fmt: skip
