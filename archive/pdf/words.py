"""The words that print adds of its own, in the language of the text they stand beside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What print says in one language."""

    references: str = "References"
    cited_in: str = "Cited in"
    contents: str = "Contents"
    page: str = "p."  # before the number of a page
    page_long: str = "Page"
    volume: str = "Volume"
    document: str = "Document"
    date: str = "Date"
    moved: str = "This document has moved"
    moved_to: str = "moved to"


ENGLISH = Words()

# By the primary subtag of BCP 47.
_WORDS = {
    "de": Words(
        "Nachweise", "Angeführt in", "Inhalt", "S.", "Seite", "Band", "Dokument", "Datum",
        "Dieses Dokument ist umgezogen", "steht jetzt unter",
    ),
    "en": ENGLISH,
    "es": Words(
        "Referencias", "Citado en", "Índice", "pág.", "Página", "Volumen", "Documento", "Fecha",
        "Este documento se ha trasladado", "se encuentra ahora en",
    ),
    "fr": Words(
        "Références", "Cité dans", "Table des matières", "p.", "Page", "Volume", "Document", "Date",
        "Ce document a été déplacé", "se trouve désormais sous",
    ),
    "it": Words(
        "Riferimenti", "Citato in", "Indice", "p.", "Pagina", "Volume", "Documento", "Data",
        "Questo documento è stato spostato", "si trova ora in",
    ),
    "nl": Words(
        "Verwijzingen", "Aangehaald in", "Inhoud", "p.", "Pagina", "Deel", "Document", "Datum",
        "Dit document is verplaatst", "staat nu onder",
    ),
    "pt": Words(
        "Referências", "Citado em", "Índice", "p.", "Página", "Volume", "Documento", "Data",
        "Este documento foi transferido", "encontra-se agora em",
    ),
}  # fmt: skip


def words_of(language: str) -> Words:
    """The words for a BCP 47 tag; English ones for a language that has none here."""
    return _WORDS.get(language.partition("-")[0].lower(), ENGLISH)
