"""What the page and the PDF with the versions of one text may say, by the passages of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.citation.versions import ALIGNED, BESIDE, VERSION, Version, aligned
from archive.model.aligning import Key
from archive.model.fingerprint import fingerprint
from archive.model.words import languages, named, words
from archive.preservation.drawn import MARKS, Allowed, Piece, Shown, texts_in, texts_of
from archive.preservation.ledger import Fates, is_anchor
from archive.preservation.pages import Element
from archive.preservation.sealed import Sealed
from archive.preservation.words import classes_of, is_hidden, squeezed, words_beside

ENDING = f".{BESIDE.removesuffix('.html')}.pdf"
PAGE = f".{BESIDE}"
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
    yield from _unlike_cells(article, versions, fates)
    names = dict(_names(versions, sealed))
    for version in versions:
        for key, (anchor, _) in version.passages.items():
            yield from _misnamed(article, version, anchor, names[key])


def _misnamed(article: Element, version: Version, anchor: str, said: str) -> Iterator[str]:
    """What a passage is called there otherwise, and where its links lead instead."""
    spoken_in = map(words, ("en", *languages()))
    allowed = {aligned(said, version.language, say) for say in spoken_in}
    leads = [f"{version.id}.html#{anchor}", f"{version.id}.made.html#{anchor}"]
    for cell in (each for each in article.iter("{*}div") if each.get("id") == anchor):
        links = list(cell[0].iter("{*}a")) if len(cell) else []
        name = " ".join("".join(links[0].itertext()).split()) if links else ""
        if [each.get("href") for each in links] != leads or name not in allowed:
            yield f"{anchor} is called “{name}” there, or leads elsewhere"


def _unlike_cells(
    article: Element, versions: Sequence[Version], fates: Fates
) -> Iterator[str]:  # fmt: skip
    keys = {anchor: key for each in versions for key, (anchor, _) in each.passages.items()}
    waiting = {anchor for anchor in keys if fates.words.get(anchor, _FRAME)[0] != _FRAME[0]}
    for row in (each for each in article.iter("{*}div") if "versions-row" in classes_of(each)):
        cells = {name: each for each in row if is_anchor(name := each.get("id", ""))}
        if len({keys.get(anchor) for anchor in cells}) > 1:
            yield f"{' and '.join(cells)} stand beside each other, and do not answer one another"
        for anchor, cell in cells.items():
            said, wanted = words_beside(cell), fates.words.get(anchor, _FRAME)[0]
            if fingerprint(said) != wanted or anchor not in waiting:
                yield f"{anchor} does not say there what the ledger has"
            waiting.discard(anchor)
    if waiting:
        yield f"{min(waiting)} does not stand in it once"


_FRAME = (fingerprint(""), 0)  # what a passage says that only has parts


def _on_page(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What the page says besides the passages."""
    yield from (",", ".", "·", "PDF", *(each.own_name for each in versions))
    yield from (f". {one.settings.publisher}," for one in sealed)
    added = {*_added(versions, sealed)}
    yield from added
    for each in ("en", *languages()):
        say = words(each)
        yield from map(say, (_LACKING, "Cite", "Versions to show", "Aligned citations"))
        for version in versions:
            name = say(VERSION).format(language=named(version.language, each))
            yield name
            yield from (say(ALIGNED).format(passage=said, version=name) for said in added)
    yield from (anchor for each in versions for anchor, _ in each.passages.values())


def _added(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[str]:
    """What is printed besides the passages: how they are cited, and what has no counterpart.

    The language of the archive, which no ledger tells, is any that it has words of.
    """
    short = {each.record.id: each.record.short_title for each in sealed}
    spoken_in = ("en", *languages())
    for each in spoken_in:
        yield words(each)(_TITLE).format(document=short[versions[0].id])
    ordered = _ordered(versions, sealed)
    for key, said in _names(versions, sealed):
        owner = next(each for each in ordered if key in each.passages)
        spoken = owner.passages[key][1]
        yield said
        yield from (aligned(spoken, each.language, words(owner.language)) for each in ordered)
        lacking = [each.language for each in ordered if key not in each.passages]
        for language in spoken_in if lacking else ():
            say = words(language)
            told = (say(VERSION).format(language=named(each, say.language)) for each in lacking)
            yield f"{' · '.join(told)}: {say(_LACKING)}"


def _ordered(versions: Sequence[Version], sealed: Sequence[Sealed]) -> list[Version]:
    """The versions with those last that are held in part."""
    parts = {each.record.id for each in sealed if each.record.extent is not None}
    first, *others = versions
    return [first, *sorted(others, key=lambda each: each.id in parts)]


def _names(versions: Sequence[Version], sealed: Sequence[Sealed]) -> Iterator[tuple[Key, str]]:
    """What the passages are called that answer one another, without the name of a document."""
    short = {each.record.id: each.record.short_title for each in sealed}
    ordered = _ordered(versions, sealed)
    for key in dict.fromkeys(key for each in ordered for key in each.passages):
        owner = next(each for each in ordered if key in each.passages)
        yield key, owner.passages[key][1].removeprefix(short[owner.id]).strip(" ,،，")
