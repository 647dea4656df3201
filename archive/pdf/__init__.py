"""How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache

from archive.model.words import N_, words
from archive.pdf import code

# --- How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF.
#
# ``drawing`` has each page drawn to calls of the functions in ``template.typ``; ``coverage`` lists
# which class of nodes is drawn how.  ``plan`` puts pages together to editions, ``press`` prints
# these, ``finishing`` adds destinations and metadata, and ``store`` keeps what is still current.

PAPERS = ("a4", "us-letter")


# --- What print takes from the language of a text: its own words, and which way lines run.
#
# Languages are BCP 47 tags; the direction of letters follows Unicode Standard Annex 9.


@dataclass(frozen=True, slots=True)
class Words:
    """The words that print adds to a page, in one language."""

    references: str = N_("References")
    cited_in: str = N_("Cited in ").strip()
    contents: str = N_("Contents")
    page: str = N_("p.")  # before the number of a page
    page_long: str = N_("Page")
    volume: str = N_("Volume")
    document: str = N_("Document")
    date: str = N_("Date")
    moved: str = N_("This document has moved")
    moved_to: str = N_("moved to")
    proof: str = N_("Proof of publication")
    by_line: str = N_("Passages by line")


ENGLISH = Words()

# By primary subtag: languages of which print alone has words.
_WORDS = {
    "de": Words(
        "Nachweise", "Angeführt in", "Inhalt", "S.", "Seite", "Band", "Dokument", "Datum",
        "Dieses Dokument ist umgezogen", "steht jetzt unter", "Nachweis der Veröffentlichung",
        "Stellen nach Zeilen",
    ),
    "it": Words(
        "Riferimenti", "Citato in", "Indice", "p.", "Pagina", "Volume", "Documento", "Data",
        "Questo documento è stato spostato", "si trova ora in", "Prova di pubblicazione",
        "Passi per riga",
    ),
    "nl": Words(
        "Verwijzingen", "Aangehaald in", "Inhoud", "p.", "Pagina", "Deel", "Document", "Datum",
        "Dit document is verplaatst", "staat nu onder", "Bewijs van publicatie",
        "Passages per regel",
    ),
    "pt": Words(
        "Referências", "Citado em", "Índice", "p.", "Página", "Volume", "Documento", "Data",
        "Este documento foi transferido", "encontra-se agora em", "Prova de publicação",
        "Passagens por linha",
    ),
}  # fmt: skip


@cache
def words_of(language: str) -> Words:
    """The words for a language tag; the English ones for a language that has none."""
    say = words(language)
    if say.is_english:
        return _WORDS.get(language.partition("-")[0].lower(), ENGLISH)
    return Words(*(_said(say, getattr(ENGLISH, each.name)) for each in fields(Words)))


def _said(say: Callable[[str], str], text: str) -> str:
    return say("Cited in ").strip() if text == ENGLISH.cited_in else say(text)


# By primary subtag and by script; the same lists as in the template.
_FROM_THE_RIGHT = ("ar", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")
_SCRIPTS = ("arab", "hebr", "syrc", "thaa")
_STRONG = {"L": False, "R": True, "AL": True}  # classes of letters, and whether from the right
_ISOLATES = {False: "\u2066", True: "\u2067"}
_END = "\u2069"


def from_the_right(language: str) -> bool:
    """Whether lines in a language begin at the right."""
    first, *others = language.lower().split("-")
    if scripts := [each for each in others if len(each) == 4]:
        return scripts[0] in _SCRIPTS
    return first in _FROM_THE_RIGHT or (first == "pa" and "pk" in others)


def runs_against(text: str, right: bool) -> bool:
    """Whether a text runs against its surroundings: its first letter, and most others.

    A sentence that begins with a foreign name is none of another language.
    """
    ways = (_STRONG[each] for each in map(unicodedata.bidirectional, text) if each in _STRONG)
    if next(ways, right) is right:
        return False
    others = list(ways)
    return others.count(right) * 2 <= len(others)


def isolated(expression: str, right: bool) -> str:
    """The expression inside a directional isolate.

    Without one, its full stops and a number at its beginning stand at the wrong end.
    """
    begin, end = bounds(right)
    return code.block([begin, expression, end])


def bounds(right: bool) -> tuple[str, str]:
    """What begins and ends a directional isolate."""
    return code.string(_ISOLATES[right]), code.string(_END)
