"""What the PDF with the versions of one text may say, by the passages of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.citation.versions import BESIDE, VERSION, Version, aligned
from archive.model.words import languages, named, words
from archive.preservation.drawn import MARKS, Allowed, Shown, texts_of
from archive.preservation.sealed import Sealed
from archive.preservation.words import squeezed

ENDING = f".{BESIDE.removesuffix('.html')}.pdf"
_LACKING = "No passage of this version stands at this place."
_TITLE = "Versions side by side: {document}"


def first_of(path: str) -> str | None:
    """The id of the first version, by the path of the PDF; None of another file."""
    name = path.removeprefix("documents/").removesuffix(ENDING)
    return name if path == f"documents/{name}{ENDING}" else None


def allowed_beside(
    path: str,
    pages: Sequence[str],
    versions: Sequence[Version],
    sealed: Sequence[Sealed],
    total: int,
) -> Allowed:
    """What the PDF may say, by what the pages of all versions show."""
    settings = sealed[0].settings
    own = [settings.name, *_added(versions, sealed)]
    address = f"{settings.base.partition('://')[2]}{path.removesuffix('.pdf')}.html"
    texts, formulas = texts_of(pages)
    heads = frozenset(map(squeezed, (*own, address)))
    return Allowed(Shown(texts), Shown(own), MARKS, heads, formulas, total)


def _added(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What is printed besides the passages: how they are cited, and what has no counterpart.

    The language of the archive, which no ledger tells, is any that it has words of.
    """
    short = {each.record.id: each.record.short_title for each in sealed}
    spoken_in = ("en", *languages())
    for each in spoken_in:
        yield words(each)(_TITLE).format(document=short[versions[0].id])
    parts = {each.record.id for each in sealed if each.record.extent is not None}
    first, *others = versions
    ordered = [first, *sorted(others, key=lambda each: each.id in parts)]
    for key in dict.fromkeys(key for each in ordered for key in each.passages):
        owner = next(each for each in ordered if key in each.passages)
        spoken = owner.passages[key][1]
        yield spoken.removeprefix(short[owner.id]).strip(" ,،，")
        yield from (aligned(spoken, each.language, words(owner.language)) for each in ordered)
        lacking = [each.language for each in ordered if key not in each.passages]
        for language in spoken_in if lacking else ():
            say = words(language)
            said = (say(VERSION).format(language=named(each, say.language)) for each in lacking)
            yield f"{' · '.join(said)}: {say(_LACKING)}"
