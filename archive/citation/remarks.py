"""What a citation carries along besides its fields: whose words, which original, what proof."""

from __future__ import annotations

from collections.abc import Iterator

from archive.citation.dates import exact, is_known
from archive.citation.reference import Origin, Reference


def remarks(reference: Reference) -> tuple[str, ...]:
    """Sentences for the note field of a reference manager.

    None begins as ``Name: value``, which Zotero's Extra field would take for a field.
    """
    return tuple(_sentences(reference))


def _sentences(reference: Reference) -> Iterator[str]:
    credit = reference.rewriting[:1].upper() + reference.rewriting[1:]
    yield f"{credit}; only words within quotation marks are the source’s."
    yield _original(reference.origin)
    if not is_known(reference.date):
        yield "Undated."
    elif exact(reference.date) is None:
        yield f"Dated by the archive, {reference.date.spoken}."
    if reference.fingerprint:
        yield f"Passage {reference.key}, SHA-256 of its text {reference.fingerprint}."
    yield f"The rewriting is licensed under {reference.licence_name}, {reference.licence}."


def _original(origin: Origin) -> str:
    known = [part for part in (origin.publisher, origin.title, origin.address) if part]
    if not known:
        return "Where the original was published is not known."
    return f"The original is {', '.join(known)}."
