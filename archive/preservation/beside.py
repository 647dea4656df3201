"""What the page and the PDF with the versions of one text may say, by the passages of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from archive.citation.companion import ALIGNED, BESIDE, VERSION, Version, aligned
from archive.model.passage import Anchor, fingerprint
from archive.model.wordings import Key
from archive.model.wordings import aligned as aligned_rows
from archive.model.wordings import key as key_of
from archive.model.words import languages, named, words
from archive.preservation.drawn import MARKS, Allowed, Piece, Shown, texts_in, texts_of
from archive.preservation.ledger import Fates
from archive.preservation.pages import Element
from archive.preservation.sealed import Sealed
from archive.preservation.words import classes_of, is_hidden, squeezed, words_beside

ENDING = f".{BESIDE.removesuffix('.html')}.pdf"
PAGE = f".{BESIDE}"
MOST = 12  # versions that a page shows (``archive.site.show.versions``)
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


def unlike_page(
    tree: Element, pages: Sequence[str], versions: Sequence[Version], sealed: Sequence[Sealed],
    fates: Fates,
) -> Iterator[str]:  # fmt: skip
    """What the page shows otherwise than the pages of all versions, which ``pages`` are, do.

    Each passage has its words, and stands beside those that answer it in other versions.  Where
    links lead is not looked at.
    """
    article = next((each for each in tree.iter("{*}article")), tree)
    if any(map(is_hidden, article.iter())):
        yield "something in it is hidden"
    shown, own = Shown(texts_of(pages)[0]), frozenset(map(squeezed, _on_page(versions, sealed)))
    labels = (each.get("aria-label", "") for each in article.iter("{*}div"))
    for text in (*labels, *texts_in(article)):
        said = squeezed(text)
        if said and said not in own and shown.find(Piece(said, False, False)) < 0:
            yield f"it shows “{text.strip()}”, and none of its versions does"
    yield from _unlike_rows(article, _ordered(sealed)[:MOST], fates)


def _unlike_rows(article: Element, sealed: Sequence[Sealed], fates: Fates) -> Iterator[str]:
    """The passages that stand elsewhere than beside those that answer them, or say other words."""
    wanted = aligned_rows([[*_passages(one, fates)] for one in sealed])
    rows = [each for each in article.iter("{*}div") if each.get("role") == "group"]
    for row, passages in zip_longest(rows, wanted):
        cells = [each for each in row if "version" in classes_of(each)] if row is not None else []
        there = [each.get("id") for each in cells]
        expected = [each and each.anchor for each in passages or ()]
        if there != expected:
            yield f"{_named(there)} stands where {_named(expected)} follows"
            return
        names = next(each.names for each in passages or () if each is not None)
        for one, cell, passage in zip(sealed, cells, passages or (), strict=True):
            if passage is not None:
                yield from _unlike_cell(cell, one, passage, names, fates)


def _named(anchors: Iterable[str | None]) -> str:
    return " beside ".join(filter(None, anchors)) or "nothing"


class _Passage(NamedTuple):
    anchor: str
    names: frozenset[str]  # that it may have, without the name of its document


def _passages(sealed: Sealed, fates: Fates) -> Iterator[tuple[Key, _Passage]]:
    """The passages of a version by what aligns them, but for those that only have parts."""
    for each in sealed.standing.values():
        anchor = Anchor.parse(each.anchor)
        is_passage = anchor.is_passage and each.part[0] != "heading"
        if is_passage and fates.words.get(each.anchor, _FRAME)[0] != _FRAME[0]:
            short = sealed.record.short_title
            spoken = each.spoken.removeprefix(short).strip(" ,،，")
            names = frozenset(filter(None, (each.where, spoken)))
            yield key_of(anchor, each.where), _Passage(each.anchor, names)


_FRAME = (fingerprint(""), 0)  # what a passage says that only has parts


def _unlike_cell(
    cell: Element, sealed: Sealed, passage: _Passage, names: Iterable[str], fates: Fates
) -> Iterator[str]:
    """What a passage says or is called there otherwise, and where its links lead instead."""
    if fingerprint(words_beside(cell)) != fates.words[passage.anchor][0]:
        yield f"{passage.anchor} does not say there what the ledger has"
    spoken_in = [words(each) for each in ("en", *languages())]
    allowed = {aligned(name, sealed.record.language, say) for name in names for say in spoken_in}
    document, anchor = sealed.record.id, passage.anchor
    leads = [f"{document}.html#{anchor}", f"{document}.made.html#{anchor}"]
    links = list(cell[0].iter("{*}a"))
    name = " ".join("".join(links[0].itertext()).split()) if links else ""
    if [each.get("href") for each in links] != leads or name not in allowed:
        yield f"{anchor} is called “{name}” there, or leads elsewhere"


def _on_page(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What the page says besides the passages."""
    yield from (",", ".", "·", "PDF", *(each.own_name for each in versions))
    yield from (f". {one.settings.publisher}," for one in sealed)
    added = {*_added(versions, sealed)}
    added |= {name for one in sealed for each in one.standing.values() for name in (
        each.where, f"{one.record.short_title}, {each.where}", each.spoken) if name
    }  # fmt: skip
    for each in ("en", *languages()):
        say = words(each)
        yield from map(say, (_LACKING, "Cite", "Versions to show", "Aligned citations"))
        for version in versions:
            name = say(VERSION).format(language=named(version.language, each))
            yield name
            yield from (say(ALIGNED).format(passage=said, version=name) for said in added)
    yield from (*added, *(each.anchor for one in sealed for each in one.standing.values()))


def _added(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What is printed besides the passages: how they are cited, and what has no counterpart.

    The language of the archive, which no ledger tells, is any that it has words of.
    """
    short = {each.record.id: each.record.short_title for each in sealed}
    spoken_in = ("en", *languages())
    for each in spoken_in:
        yield words(each)(_TITLE).format(document=short[versions[0].id])
    by_id = {each.id: each for each in versions}
    ordered = [by_id[each.record.id] for each in _ordered(sealed)]
    for key in dict.fromkeys(key for each in ordered for key in each.passages):
        owner = next(each for each in ordered if key in each.passages)
        spoken = owner.passages[key][1]
        yield spoken.removeprefix(short[owner.id]).strip(" ,،，")
        yield from (aligned(spoken, each.language, words(owner.language)) for each in ordered)
        lacking = [each.language for each in ordered if key not in each.passages]
        for language in spoken_in if lacking else ():
            say = words(language)
            told = (say(VERSION).format(language=named(each, say.language)) for each in lacking)
            yield f"{' · '.join(told)}: {say(_LACKING)}"


def _ordered(sealed: Sequence[Sealed]) -> list[Sealed]:
    """The versions with those last that are held in part."""
    first, *others = sealed
    return [first, *sorted(others, key=lambda each: each.record.extent is not None)]
