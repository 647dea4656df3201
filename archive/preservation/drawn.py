"""Holds all that a PDF draws as text against the page of its document, whatever it is part of.

``printed`` looks for each passage at its place.  Here each run of glyphs, those of labels, notes,
the record, lists, headers and footers too, has to be a piece of what the page says, from a word's
beginning to a word's end, or one of print's own words.  So nothing is printed that nothing proves,
and no glyph is another one.  What stands where the page has it elsewhere is not told, nor the order
of a formula's letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, takewhile
from typing import NamedTuple

from lxml import etree

from archive.model.passage import normalise
from archive.model.proof import in_words, origin
from archive.model.seal import Part
from archive.model.showing import as_printed, marks
from archive.model.words import Words, everywhere
from archive.preservation.ledger import Fates
from archive.preservation.pages import Element
from archive.preservation.printed import BACKWARDS, BRACKETS, GAP, PAGE, TURNING, Run, apart
from archive.preservation.sealed import Sealed
from archive.preservation.site import LEDGER
from archive.preservation.words import squeezed

_PARTED, _FORMULAS = "\x1f", "\x1e"  # between the texts of a page, and behind them
_UNSHOWN = frozenset({"annotation", "script", "style", "template"})
# Around and behind the numbers of notes; what leads from a passage and a heading to itself.
_UNPRINTED = frozenset({"backrefs", "fn-bracket", "headerlink", "to-cite"})
_SIZES = (64, 32, 16, 8, 4, 2, 1)  # letters: longer pieces are looked for before shorter ones
_AHEAD = 4  # times its length that a piece may stand behind the one before it
_TRIED = 64  # places of a piece from which others are moved away
_SIGN = 2  # letters that a formula is made of at the most; words in it are found as all others
_LETTERS = 3  # of a glyph, which may be a ligature
_LONG = 24  # letters of a word that may be divided anywhere
_DIVIDED = frozenset("/-‐‑–—.:!?&=_,@#%+~|")  # behind which a line may end within a word
_BRACKETS = frozenset(BRACKETS)
_APART = frozenset(BRACKETS + "،؛؟٪")  # drawn by themselves, of which fonts of Latin lack some
_IN_NUMBERS = frozenset(".,:")  # but before a digit (Unicode Annex 14, LB25)

# From Thai on there are scripts in which a line may end within a word.
_SPACELESS = re.compile(
    "[\u0e00-\u1c7f\u2e80-\ud7ff\uf900-\ufaff\ufe30-\uffef\U00010000-\U0003ffff]"
)
_INDIC = re.compile("[\u0900-\u0dff]")  # scripts with spaces, whose fonts have no other letters
_BACKWARDS_WITHMARKS = BACKWARDS | {"NSM"}
_WAYS = frozenset({"L", "EN", "AN"})

# What print says of itself, in the languages that it knows (``archive.pdf.fonts``).
MARKS = frozenset("•–∗—:")
OWN = (
    "redacted:", "محجوب:", "tachado:", "caviardé\u00a0:", "вымарано:", "已涂黑：",
    "References", "Cited in", "Nachweise", "Angeführt in", "Riferimenti", "Citato in",
    "Verwijzingen", "Aangehaald in", "Referências", "Citado em",
)  # fmt: skip
_PROOFS = {
    "Proof of publication": "Passages by line", "Nachweis der Veröffentlichung":
    "Stellen nach Zeilen", "Prova di pubblicazione": "Passi per riga",
    "Bewijs van publicatie": "Passages per regel", "Prova de publicação": "Passagens por linha",
}  # fmt: skip
_PAGE = re.compile(rf"[,(]?{PAGE}$")
_NUMBER = re.compile(r"([0-9]{1,5}(?:–[0-9]{1,5})?)\)?")
# Moved documents, whose PDFs name where each anchor is.
_MOVED = (
    "This document has moved", "moved to",
    "Dieses Dokument ist umgezogen", "steht jetzt unter",
    "Questo documento è stato spostato", "si trova ora in",
    "Dit document is verplaatst", "staat nu onder", "Este documento foi transferido",
    "encontra-se agora em",
)  # fmt: skip
_SIGNS = frozenset("√∛∜|‖⎸⏞⏟⏠⏡⎴⎵")  # that pages draw with elements


def shown_by(tree: Element) -> str:
    """The texts of a page and the letters of its formulas, without what is around its article."""
    article = next((each for each in tree.iter("{*}article")), tree)
    formulas = (
        text for math in article.iter("{*}math") for text in texts_in(math)
        if len(_plain(text)) <= _SIGN
    )  # fmt: skip
    texts = map(as_printed, texts_in(article))
    return _FORMULAS.join((_PARTED.join(texts), "".join(formulas)))


def texts_in(root: Element) -> Iterator[str]:
    """The texts that print has of an element.  Walked without recursion, as ``words`` does."""
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            name, classes = element.tag.rpartition("}")[2], element.get("class", "").split()
            if name in _UNSHOWN or not _UNPRINTED.isdisjoint(classes):
                walker.skip_subtree()
            else:
                yield f": {element.text or ''}" if "classifier" in classes else element.text or ""
        elif element is not root:
            yield element.tail or ""


class Piece(NamedTuple):
    """A run of glyphs, as it is looked for."""

    text: str  # without white space
    from_within: bool  # a word that the run before it begins
    into: bool  # a word that the next run ends


class Shown:
    """What a page shows, in which the pieces of print are looked for."""

    def __init__(self, texts: Iterable[str]) -> None:
        words: list[str] = []
        edges = bytearray(b"\1")  # before each letter: whether a run may begin or end there
        for text in texts:
            is_mixed = any(map(_is_backwards, text))
            for word in normalise(text.translate(TURNING)).split(" "):
                words.append(word)
                edges += _edges(word, is_mixed=is_mixed)
        self.text = "".join(words)
        self._edges = edges

    def find(
        self, run: Piece, after: int = 0, used: bytearray | None = None, at: Sequence[int] = ()
    ) -> int:
        """Where a run stands, the first place behind another one, or else any; -1 without one.

        What was ``used`` by others is no such place.  Where places are given it is one of these.
        """
        size = len(run.text)
        for place in at or self._places(run.text, after):
            is_there = place >= 0 and self.text[place : place + size] == run.text
            if (
                is_there
                and self.is_whole(run, place)
                and not (used and 1 in used[place : place + size])
            ):
                return place
        return -1

    def _places(self, text: str, after: int) -> Iterator[int]:
        yield from self.occurrences(text, after)
        yield from self.occurrences(text, 0, after + len(text) - 1)

    def occurrences(self, text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        """The places at which a text begins."""
        place = self.text.find(text, start, end)
        while place >= 0:
            yield place
            place = self.text.find(text, place + 1, end)

    def is_whole(self, run: Piece, at: int) -> bool:
        """Whether a run begins and ends there with words, but for a word that it divides."""
        edges = self._edges
        return bool((run.from_within or edges[at]) and (run.into or edges[at + len(run.text)]))


def _edges(word: str, *, is_mixed: bool) -> bytes:
    """Behind each letter of a word, whether a run may end there.

    In a text with letters that run from right to left, signs beside numbers and Latin words run as
    the text does, and so are drawn apart from them (Unicode Annex 9).
    """
    if not word:
        return b""
    if len(word) >= _LONG:
        return b"\1" * len(word)
    ways = [_way(letter) for letter in word] if is_mixed else list(map(_is_backwards, word))
    pairs = zip(word, word[1:], ways, ways[1:], strict=False)
    may_end = (
        (letter in _DIVIDED and not (letter in _IN_NUMBERS and after.isdigit()))
        or letter in _APART or after in _APART or one != two
        or bool(_SPACELESS.search(letter + after)) or _changes_font(letter, after)
        or _is_picture(letter) or _is_picture(after)
        for letter, after, one, two in pairs
    )  # fmt: skip
    return bytes(may_end) + b"\1"


def _changes_font(letter: str, after: str) -> bool:
    """Whether what is beside a letter is drawn in another font, as a comma is behind a word."""
    return (_INDIC.match(letter) is None) is not (_INDIC.match(after) is None)


def _is_picture(letter: str) -> bool:
    """Whether a line may end before and behind a sign, as it may beside one of a script above."""
    return letter > "\u2000" and unicodedata.category(letter) == "So"


def _is_backwards(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in BACKWARDS


def _way(letter: str) -> str:
    """What a letter is to the order of a line: of one way or the other, a number, or a sign."""
    found = unicodedata.bidirectional(letter)
    return found if found in _WAYS else "R" if found in _BACKWARDS_WITHMARKS else ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the pages of a PDF may say."""

    shown: Shown
    own: Shown  # what print adds
    words: frozenset[str]  # that stand alone
    heads: frozenset[str]  # of headers and footers
    formulas: Counter[str]  # how often each letter stands in formulas
    total: int | None  # pages, where the foot of each tells them

    def strange(self, runs: Sequence[Run]) -> Iterator[str]:
        """The runs of its pages that are none of it.

        Each letter of the page is printed once.  Long runs are looked for first, then shorter ones
        between them; a single letter has to stand beside a run before or behind it.
        """
        placing = _Placing(self.shown, list(self._unknown(runs)))
        return (piece.text for piece in placing.lost())

    def _unknown(self, runs: Sequence[Run]) -> Iterator[Piece]:
        """The pieces that are to be found in the page.

        Letters that print sets one by one, as in a long word, are one piece.
        """
        left, waiting, last = self.formulas.copy(), None, -2
        texts = [squeezed(run.text) for run in runs]
        rows = _rows(runs)
        own = {at for row in {*rows.values()} for at in self._own_in(row, texts)}
        for at, run in enumerate(runs):
            is_same = at in rows and at == last + 1 and rows.get(last) == rows[at]
            if is_same and not texts[at]:
                last = at
                continue
            said = _plain(run.text) if run.is_formula and not run.is_artifact else ""
            if 0 < len(said) <= _SIGN and Counter(said) <= left:
                left -= Counter(said)
                continue
            piece = _piece(runs, texts, at)
            alone = "".join(texts[each] for each in rows[at]) if at in rows else piece.text
            if at in own or alone in self.words or self._is_own(runs, piece, texts, at):
                continue
            is_next = at == last + 1 and max(map(len, texts[last : at + 1])) <= _LETTERS
            if waiting and (is_same or (is_next and not apart(runs[last], run))):
                waiting = Piece(waiting.text + piece.text, waiting.from_within, piece.into)
            else:
                yield from [waiting] if waiting else []
                waiting = piece
            last = at
        yield from [waiting] if waiting else []

    def _own_in(self, row: range, texts: Sequence[str]) -> Iterator[int]:
        """The runs of a row that are one of print's own texts together, the longest ones first."""
        start = row.start
        while start < row.stop:
            for stop in range(row.stop, start, -1):
                said = "".join(texts[start:stop])
                if len(said) > _LETTERS and self.own.find(Piece(said, False, False)) >= 0:
                    yield from range(start, stop)
                    marks = takewhile(lambda at: texts[at] in MARKS, range(stop, row.stop))
                    yield from marks
                    break
            start = stop

    def _is_own(self, runs: Sequence[Run], piece: Piece, texts: Sequence[str], at: int) -> bool:
        """Whether a run is one of print's own, or repeats what the page says."""
        run, said = runs[at], piece.text
        if not said or _PAGE.match(said):
            return True
        if _opening(texts, at) or (said == "–" and _opening(texts, at + 1)):
            return True
        if said in {",", "("} and _PAGE.match(_following(runs, texts, at)):
            return True
        is_long = len(said) > _LETTERS or _SPACELESS.search(said)
        if is_long and self.own.find(piece) >= 0:
            return True
        is_head = run.is_artifact and (said in self.heads or said == self._foot(run.page))
        return is_head or (run.is_artifact and self.shown.find(piece) >= 0)

    def _foot(self, page: int) -> str:
        return f"{page + 1}" if self.total is None else f"{page + 1}/{self.total}"


class _Placing:
    """Where each piece stands in a page; no two have a letter in common."""

    def __init__(self, shown: Shown, pieces: Sequence[Piece]) -> None:
        self._shown = shown
        self._pieces = pieces
        self._found: dict[int, int] = {}
        self._used = bytearray(len(shown.text))

    def lost(self) -> Iterator[Piece]:
        """The pieces that stand nowhere, once all others have found a place."""
        lost = list[int]()
        self._follow()
        for least, most in zip(_SIZES, (len(self._used) + 1, *_SIZES), strict=False):
            after = 0
            for at, piece in enumerate(self._pieces):
                size = len(piece.text)
                is_due = least <= size < most or (size >= most and least == _SIZES[0])
                if is_due and at not in self._found and not self._place(at, after):
                    lost.append(at)
                after = self._found[at] + size if at in self._found else after
        for at in lost:
            if not self._make_room(at):
                yield self._pieces[at]

    def _follow(self) -> None:
        """Place the pieces that follow each other in the page as they do in print.

        Else the words of a page that says the same again and again would stand in for each other.
        """
        after = 0
        for at, piece in enumerate(self._pieces):
            size = len(piece.text)
            place = self._shown.text.find(piece.text, after, after + size + size * _AHEAD)
            if place >= 0 and self._shown.is_whole(piece, place):
                self._put(at, place)
                after = place + size

    def _place(self, at: int, after: int = 0) -> bool:
        """Give a piece a place that no other one has, the first one behind another if it may."""
        is_letter = len(self._pieces[at].text) == 1
        beside = [after, self._found.get(at + 1, 0) - 1, *self._between(at)] if is_letter else ()
        place = self._shown.find(self._pieces[at], after, self._used, beside)
        if place >= 0:
            self._put(at, place)
        return place >= 0

    def _put(self, at: int, place: int) -> None:
        size = len(self._pieces[at].text)
        self._found[at] = place
        self._used[place : place + size] = b"\1" * size

    def _take(self, at: int) -> int:
        place, size = self._found.pop(at), len(self._pieces[at].text)
        self._used[place : place + size] = bytes(size)
        return place

    def _between(self, at: int) -> Iterator[int]:
        """The places of a letter that stands behind the piece before it, or before the next one.

        Either may stand at several places, and be found at another one.
        """
        before, letter, behind = (
            "".join(each.text for each in self._pieces[max(0, start) : start + 1])
            for start in (at - 1, at, at + 1)
        )
        for text, within in ((before + letter, len(before)), (letter + behind, 0)):
            if len(text) > 1:
                yield from (place + within for place in self._shown.occurrences(text))

    def _make_room(self, at: int) -> bool:
        """Give a piece the place of others that stand at other places as well."""
        piece = self._pieces[at]
        places = (each for each in self._shown.occurrences(piece.text)
                  if self._shown.is_whole(piece, each))  # fmt: skip
        for place in islice(places, _TRIED):
            there = range(place, place + len(piece.text))
            others = [
                other for other, start in self._found.items()
                if start < there.stop and there.start < start + len(self._pieces[other].text)
            ]  # fmt: skip
            taken = {other: self._take(other) for other in others}
            self._put(at, place)
            if all(map(self._place, sorted(taken, key=lambda each: -len(self._pieces[each].text)))):
                return True
            for other in (at, *taken):
                if other in self._found:
                    self._take(other)
            for other, start in taken.items():
                self._put(other, start)
        return False


def _rows(runs: Sequence[Run]) -> dict[int, range]:
    """For runs that touch in lines from right to left, or with a bracket by itself, which ones.

    Such lines are drawn in the order in which they are read, each word, sign and space by itself;
    what runs from left to right in them may leave a gap that is filled by what is drawn later.
    A bracket is drawn by itself, too, where its glyph first stood the other way round.
    """
    found: dict[int, range] = {}
    at = 0
    while at < len(runs):
        end = at + 1
        while end < len(runs) and _is_level(runs[end - 1], runs[end]):
            end += 1
        line = runs[at:end]
        is_parted = any(
            run.text in _BRACKETS or any(map(_is_backwards, run.text)) for run in line
        )  # fmt: skip
        if len(line) > 1 and (is_parted or any(run.x < last.x for last, run in pairwise(line))):
            for row in _touching(line, at):
                found |= dict.fromkeys(row, row)
        at = end
    return found


def _is_level(last: Run, run: Run) -> bool:
    return (last.page, last.y, last.is_artifact, last.is_formula) == (
        run.page, run.y, run.is_artifact, run.is_formula
    )  # fmt: skip


def _touching(line: Sequence[Run], first: int) -> Iterator[range]:
    """The runs of a line that follow each other with no gap between all of them."""
    block, reach, number = dict[int, int](), float("-inf"), 0
    for at in sorted(range(len(line)), key=lambda each: line[each].x):
        number += line[at].x - reach > GAP * line[at].size
        block[at], reach = number, max(reach, line[at].x + line[at].width)
    for _, row in groupby(range(len(line)), key=block.__getitem__):
        there = [first + at for at in row]
        yield range(there[0], there[-1] + 1)


def _piece(runs: Sequence[Run], texts: Sequence[str], at: int) -> Piece:
    text = texts[at]
    before = at - 1 if texts[at - 1] else at - 2  # a space, drawn by itself
    if text.startswith(")") and "(" in _opening(texts, before):
        text = text[1:]  # behind the number of a page
    into = at + 1 < len(runs) and runs[at + 1].divides
    return Piece(text, _is_divided(runs, at), into)


def _is_divided(runs: Sequence[Run], at: int) -> bool:
    """Whether a word goes on in a run, be it on the next page, behind notes, foot and head."""
    before = at - 1
    while before >= 0 and runs[before].is_artifact and not runs[before].divides:
        before -= 1
    page = runs[at].page
    if before >= 0 and runs[before].page < page:
        return any(run.divides for run in _of_page(runs, before))
    return before >= 0 and runs[before].divides


def _of_page(runs: Sequence[Run], last: int) -> Iterator[Run]:
    """The runs of a page, from the last one on."""
    for at in range(last, -1, -1):
        if runs[at].page != runs[last].page:
            return
        yield runs[at]


def _following(runs: Sequence[Run], texts: Sequence[str], at: int) -> str:
    """The text behind a run, be it on the next page, behind foot and head."""
    behind = (each for each in range(at + 1, len(runs)) if not runs[each].is_artifact)
    return texts[next(behind, -1)]


def _opening(texts: Sequence[str], at: int) -> str:
    """What print puts before the number of a page that it adds to a link; empty if it is none."""
    if at < 1 or not _NUMBER.fullmatch(texts[at]):
        return ""
    if at > 1 and texts[at - 1] == "–":  # of two numbers that are drawn apart
        return _opening(texts, at - 2)
    word = at - 1 if texts[at - 1] else at - 2  # a space, drawn by itself
    if word < 0 or not _PAGE.match(texts[word]):
        return ""
    if texts[word][0] in {",", "("}:
        return texts[word]
    return "".join(texts[max(0, word - 1) : word])[-1:] + texts[word]


def _plain(formula: str) -> str:
    """The letters of a formula without their style."""
    return squeezed(unicodedata.normalize("NFKC", formula))


def allowed(page: str, sealed: Sealed, fates: Fates, total: int | None) -> Allowed:
    """What the PDF of a document may say, by what its page shows."""
    record, settings = sealed.record, sealed.settings
    say = sealed.say
    proof = [*_proof(publication(sealed, fates), say)]
    said = (say("References"), say("Cited in "))
    own = [*OWN, *said, settings.name, *sealed.changed(fates)]
    address = f"{settings.base.partition('://')[2]}documents/{record.id}.html"
    heads = {squeezed(each) for each in (settings.name, record.short_title, address)}
    numbers = MARKS.union(_numbers([*sealed.order, *sealed.stands.values()]))
    parts, letters = texts_of([page])
    if any(map(_is_backwards, "".join(proof))):  # drawn word by word
        parts += proof if total is not None else []
    else:
        own += proof
    shown = Shown(parts)
    return Allowed(shown, Shown(own), numbers, frozenset(heads), letters, total)


def texts_of(pages: Iterable[str]) -> tuple[list[str], Counter[str]]:
    """The texts of pages, as ``shown_by`` gives them, and how often letters stand in formulas."""
    parts, letters = list[str](), Counter[str]()
    for page in pages:
        texts, _, formulas = page.partition(_FORMULAS)
        letters += Counter(_plain(formulas)) + Counter(dict.fromkeys(_SIGNS, len(formulas)))
        parts += texts.split(_PARTED)
    return parts, letters


def allowed_of_notice(document: str, sealed: Sealed, names: Iterable[str], total: int) -> Allowed:
    """What the PDF of a document may say that moved to several ones."""
    settings = sealed.settings
    address = f"{settings.base.partition('://')[2]}documents/{document}.html"
    heads = frozenset(map(squeezed, (settings.name, address)))
    told = (word for each in _MOVED[:2] for word in everywhere(each))  # in the archive's language
    own = Shown([*OWN, *_MOVED, *told, settings.name])
    return Allowed(Shown([document, *names]), own, MARKS, heads, Counter(), total)


def _proof(said: Sequence[str], say: Words) -> Iterator[str]:
    if said:
        place, lines = said
        own = {say(each): say(lines_of) for each, lines_of in [*_PROOFS.items()][:1]}
        known = _PROOFS if say.is_english else own
        yield from (*known, place)
        yield from (f"{words}: {lines}" for words in known.values())


def publication(sealed: Sealed, fates: Fates) -> list[str]:
    """The ledger line and the tree head that print names, and the lines of the passages."""
    lines = [
        (each.way, fates.told[each.anchor][-1]) for each in sealed.standing.values()
        if each.anchor in fates.words
    ]  # fmt: skip
    described = fates.seals.get(sealed.record.id, ("", 0))[1]
    last = max([described, *(line for _, line in lines)])
    if not lines or not last:
        return []
    place = f"ledger line {last}, tree head {fates.tree.head(last).root}"
    return [f"{origin(sealed.settings, LEDGER)}: {place}.", f"{in_words(lines)}."]


def _numbers(held: Sequence[str | Part]) -> Iterator[str]:
    """The numbers of the items of lists."""
    for each in held:
        if isinstance(each, str):
            continue
        facts, content = each[1], each[2:]
        if each[0] == "list" and "numbers" in facts:
            samples = {facts.get("marks", "1."), "1.", "1)", "(1)"}
            for sample in samples:
                found = marks(sample, facts["numbers"], int(facts.get("start", "1")))
                yield from map(squeezed, islice(found, len(content)))
        yield from _numbers(content)
