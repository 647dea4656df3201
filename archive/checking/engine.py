"""The check of a text: finds what it cites and quotes, and says what became of each."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from archive.checking.comparing import Comparing, Following, Home
from archive.checking.copy import Copy
from archive.checking.quoting import Pattern, Quotation, find, patterns
from archive.checking.reading import Block, read
from archive.checking.references import (
    CITATION,
    FINGERPRINT,
    Around,
    Named,
    Part,
    Reference,
    addresses,
    after,
    anchor_of,
    anchors,
    around,
    before,
    behind,
    is_locator,
    joined,
    linked,
    name_in,
    names,
    parts,
)
from archive.checking.telling import QUOTATION, Finding, State
from archive.checking.words import plain

MOST_TEXT = 20_000_000  # characters of a text
MOST_FOUND = 20_000  # references and quotations of a text
_SPAN = 200  # characters between an anchor and a fingerprint of it
_BESIDE = 40  # characters between a quotation and its reference
_SENTENCE_END = re.compile(r"[.!?。]")
_NEW_SENTENCE = re.compile(r"[.!?。][^\s\w]*\s+[^\s\W]")
_OF_NOTE = re.compile(r"\d to \[?$")  # “Editor’s note 1 to”, before a title
_BRACKETS = 300  # characters in a pair of brackets that may be a citation
_NESTED = 8  # pairs of brackets in one
_CITATION = 60  # parts of a citation behind its title
_DOCUMENTS = 8  # of one title that are looked at


def check(text: str, site: Path | Copy, *, form: str = "txt", day: str = "") -> list[Finding]:
    """Everything that a text cites or quotes, with what became of it, in the order of the text.

    ``site`` is the folder of a built site or of a copy; ``form`` is "txt", "md" or "html"; ``day``,
    as 2026-11-22, is the day for which states are told, today without one.  Raises NoCopyError, and
    KeyError for another form.
    """
    return check_blocks(read(text[:MOST_TEXT], form), site, day=day)


def check_blocks(blocks: Sequence[Block], site: Path | Copy, *, day: str = "") -> list[Finding]:
    """As ``check``, of a text that was read."""
    copy = site if isinstance(site, Copy) else Copy(site)
    return _Check(copy, day).run(blocks)


@dataclass(slots=True)
class _Told:
    """What stands in one block."""

    block: Block
    references: list[Reference] = field(default_factory=list)
    quotations: list[Quotation] = field(default_factory=list)
    is_cut: bool = False  # more is found in it, or behind it, than is checked
    nearby: list[Reference] = field(default_factory=list)  # and those of its notes, at their marks


class _Check:
    def __init__(self, copy: Copy, day: str) -> None:
        self._copy, self._day = copy, day
        self._left = MOST_FOUND
        self._following = Following(copy, day)
        self._comparing = Comparing(copy, day, self._following)

    def run(self, blocks: Sequence[Block]) -> list[Finding]:
        told = [self._told(block) for block in blocks]
        notes = {each.block.note: each.references for each in told if each.block.note}
        for each in told:
            of_notes = [
                replace(reference, at=at, end=at)
                for at, name in each.block.marks for reference in notes.get(name, ())[:3]
            ]  # fmt: skip
            each.nearby = sorted([*each.references, *of_notes], key=lambda one: one.at)
        findings: list[Finding] = []
        for number, each in enumerate(told):
            findings += self._findings(each, told, number)
        return findings

    def _told(self, block: Block) -> _Told:
        if self._left <= 0:
            return _Told(block)
        quotations = [*islice(find(block), self._left)]
        references = self._references(block)[: self._left]
        self._left -= len(quotations) + len(references)
        return _Told(block, references, quotations, is_cut=self._left <= 0)

    def _findings(self, told: _Told, all_told: Sequence[_Told], number: int) -> Iterator[Finding]:
        found: list[tuple[int, int, Finding]] = []
        for reference in told.references:
            finding = None if reference.is_repeated else self._follow(reference)
            if finding is not None:
                line = told.block.line(reference.at)
                found.append((reference.at, 1, replace(finding, line=line)))
        for quotation in told.quotations:
            beside, is_next = self._beside(quotation, told, all_told, number)
            finding = self._compare(quotation, told, beside, is_next=is_next)
            if finding is not None:
                line = told.block.line(quotation.at)
                found.append((quotation.at, 0, replace(finding, line=line)))
        found.sort(key=lambda each: each[:2])
        if told.is_cut:
            much = Finding("", QUOTATION, State.UNCLEAR, told.block.line(0), note="much")
            found.append((len(told.block.text), 0, much))
        return (finding for _at, _kind, finding in found)

    # --- References

    def _references(self, block: Block) -> list[Reference]:
        text, place = joined(block)
        base = self._copy.base
        links = [each for link in block.links if (each := linked(link, base)) is not None]
        found = [each for each in addresses(text, base) if self._is_ours(each)]
        taken = [(each.at, each.end) for each in found]
        starts = [at for at, _end in taken]
        for each in anchors(text):
            number = bisect_left(starts, each.at + 1) - 1
            inside = number >= 0 and each.at < taken[number][1]
            if not inside and (each.kind == FINGERPRINT or self._is_known(each.anchor)):
                found.append(each)
        found = [replace(each, at=place[each.at], end=place[each.end]) for each in found]
        found += filter(self._is_ours, links)
        found.sort(key=lambda each: (each.at, each.end))
        found = _with_prints(found)
        first = _once(found)
        cited = [each for each in self._cited(block.text) if not _overlaps(each, first)]
        cited = [*_without_vague(cited, first)]
        documents = {_document(each) for each in first}
        told = [*first, *_once([each for each in cited if _document(each) not in documents])]
        places = {(each.at, each.end) for each in told}
        again = [
            replace(each, is_repeated=True) for each in (*found, *cited)
            if (each.at, each.end) not in places and each.kind != FINGERPRINT and not each.unclear
        ]  # fmt: skip
        return sorted([*told, *again], key=lambda each: (each.at, each.end))

    def _is_known(self, anchor: str) -> bool:
        id_ = anchor_of(anchor)
        copy = self._copy
        return id_ in copy.numbers or id_ in copy.renamed or anchor in copy.gone

    def _is_ours(self, reference: Reference) -> bool:
        id_ = _document(reference)
        copy = self._copy
        known = id_ in copy.numbers or id_ in copy.renamed or reference.anchor in copy.gone
        return known or reference.is_ours

    def _cited(self, text: str) -> Iterator[Reference]:
        """Citations in words."""
        found = parts(text)
        yield from self._in_brackets(text)
        titles = [*self._copy.titles.named(found)]
        starts = [*(each.at for each in titles), len(found)]
        end = 0
        for named in titles:
            whole = self._whole(named, found) if named.is_full else named
            if whole is None or named.at < end:
                continue
            end = whole.end
            limit = min(starts[bisect_left(starts, end)], end + _CITATION)
            if reference := self._located(whole, found[end:limit], found, text):
                yield reference

    def _whole(self, named: Named, found: Sequence[Part]) -> Named | None:
        """The documents whose full title stands there, the longest; None where none does."""
        held: dict[int, list[int]] = {}
        for number in named.documents[:_DOCUMENTS]:
            document = self._copy.document(self._copy.rows[number][0])
            title = names(document.title) if document is not None else ()
            end = named.at + len(title)
            if title and tuple(part.said for part in found[named.at : end]) == title:
                held.setdefault(end, []).append(number)
        return replace(named, documents=tuple(held[max(held)]), end=max(held)) if held else None

    def _located(
        self, named: Named, rest: Sequence[Part], found: Sequence[Part], text: str
    ) -> Reference | None:
        """The citation that a title belongs to; ``rest`` are the parts from it to the next one."""
        near = around(named, found)
        if not named.is_full and not any(map(_is_number, (*near.after[:4], *near.before))):
            return None
        begin, end = found[named.at].at, found[named.end - 1].end
        hits = [*self._hits(named, near, rest, (begin, end))]
        if not hits:
            return self._unlocated(named, near, rest, text, begin)
        anchor, at, last = hits[0]
        unclear = "several" if len({hit[0] for hit in hits}) > 1 else ""
        return Reference(at, last, plain(text[at:last]), CITATION, anchor, unclear=unclear)

    def _hits(
        self, named: Named, near: Around, rest: Sequence[Part], place: tuple[int, int]
    ) -> Iterator[tuple[str, int, int]]:
        """The anchors that a locator of a title names, and where the citation begins and ends."""
        begin, end = place
        for number in named.documents[:_DOCUMENTS]:
            id_, short = self._copy.rows[number][:2]
            document = self._copy.document(id_)
            if document is None:
                continue
            tails = document.tails(short)
            if hit := after(near, tails):
                yield hit[0], begin, near.after[hit[1] - 1].end
            elif back := before(near, tails):
                yield back[0], back[1].at, end
            elif named.is_full and (far := behind(rest, self._copy.publisher, tails)):
                yield far[0], begin, far[1].end

    def _unlocated(
        self, named: Named, near: Around, rest: Sequence[Part], text: str, begin: int
    ) -> Reference | None:
        """The citation of a whole document, or of a passage that none has."""
        id_ = self._copy.rows[named.documents[0]][0]
        if is_locator(near.after):
            end = near.after[1].end
            found = text[begin:end]
            return Reference(begin, end, found, CITATION, id_, unclear="unknown")
        size = name_in(rest, self._copy.publisher) if named.is_full else 0
        if not size:
            return None
        end, unclear = rest[size - 1].end, "several" if len(named.documents) > 1 else ""
        found = plain(text[begin:end])
        return Reference(begin, end, found, CITATION, id_, is_document=True, unclear=unclear)

    def _in_brackets(self, text: str) -> Iterator[Reference]:
        """“(American Library Association, 2021 or later, whereas 3)”."""
        at = -1
        while (at := text.find("(", at + 1)) >= 0:
            end = _closing(text, at)
            if end < 0 or not any(map(str.isdigit, text[at:end])):
                continue
            inside = text[at + 1 : end]
            said = names(inside)
            documents, size = self._copy.titles.issued(said)
            hits = [*self._tailed(documents[:16], said[size:])] if documents else []
            if hits:
                unclear = "several" if len(hits) > 1 else ""
                yield Reference(at + 1, end, plain(inside), CITATION, hits[0], unclear=unclear)
            elif documents or self._is_of_archive(said):
                id_ = self._copy.rows[documents[0]][0] if len(documents) == 1 else ""
                unclear = "unknown" if is_locator(parts(inside)[size:]) else "several"
                whole = Reference(at + 1, end, plain(inside), CITATION, id_, is_document=True)
                yield replace(whole, unclear=unclear)

    def _is_of_archive(self, said: Sequence[str]) -> bool:
        """Whether it is “archive, year”, which is how APA cites the archive’s own notes."""
        name = self._copy.publisher
        is_year = len(said) == len(name) + 1 and len(said[-1]) == 4 and said[-1].isdigit()
        return is_year and tuple(said[:-1]) == name

    def _tailed(self, documents: Iterable[int], said: Sequence[str]) -> Iterator[str]:
        for number in documents:
            id_, short = self._copy.rows[number][:2]
            document = self._copy.document(id_)
            tails = document.tails(short) if document is not None else {}
            for begin in range(len(said)):
                if (anchor := tails.get(tuple(said[begin:]))) is not None:
                    yield anchor
                    break

    def _follow(self, reference: Reference) -> Finding | None:
        found = self._following.follow(reference)
        if found is None or not reference.fragment or found.state is not State.STANDS:
            return found
        return self._fragment(found, reference)

    def _fragment(self, found: Finding, reference: Reference) -> Finding:
        """The state of an address by the words that it asks a browser to show."""
        anchor = "" if reference.is_document else reference.anchor
        home = self._comparing.home(anchor, _document(reference), is_next=True)
        quoted = self._comparing.compare(patterns(reference.fragment), reference.fragment, home)
        if quoted.state is State.OUTSIDE:
            return replace(found, state=State.MISQUOTED, note="absent")
        note = "" if quoted.note in {"ellipsis", "case", "brackets", "elsewhere"} else quoted.note
        return replace(
            found, state=quoted.state, note=note, sha256=quoted.sha256,
            anchor=quoted.anchor or found.anchor,
        )  # fmt: skip

    # --- Quotations

    def _beside(
        self, quotation: Quotation, told: _Told, all_told: Sequence[_Told], number: int
    ) -> tuple[Reference | None, bool]:
        """The reference of a quotation, and whether it stands next to it."""
        own = [each for each in told.nearby if each.kind != FINGERPRINT]
        if (near := _next_to(quotation, own, told.quotations, told.block.text)) is not None:
            return near, True
        if not quotation.is_block:
            return None, False
        after_it = all_told[number + 1].references if number + 1 < len(all_told) else []
        before_it = all_told[number - 1].references if number else []
        nearby = (*own[:1], *after_it[:1], *before_it[-1:])
        return next((each for each in nearby if each.kind != FINGERPRINT), None), False

    def _compare(
        self, quotation: Quotation, told: _Told, beside: Reference | None, *, is_next: bool
    ) -> Finding | None:
        """What became of the words of a quotation; None for one that is none."""
        text = told.block.text
        anchor = "" if beside is None or beside.is_document else beside.anchor
        document = "" if beside is None else _document(beside)
        home = self._comparing.home(anchor, document, is_next=is_next) if beside else Home()
        for end in (quotation.end, *quotation.others) if quotation.others else ():
            read = _read(told.block, quotation.at, end)
            found = self._comparing.exact(read, plain(text[quotation.at : end]), home)
            if found is not None:
                return found
        said = plain(text[quotation.at : quotation.end])
        read = _read(told.block, quotation.at, quotation.end)
        if not read[-1].items or self._is_title(said, told):
            return None
        return self._comparing.compare(read, said, home)

    def _is_title(self, said: str, told: _Told) -> bool:
        """Whether a quotation is the title of a document that its block refers to."""
        for id_ in {_document(each) for each in told.nearby} & self._copy.numbers.keys():
            document = self._copy.document(id_)
            title = plain(document.title).strip("[]").lower() if document is not None else ""
            here = said.lower().strip("[]")
            if not title:
                continue
            if here.startswith(title) or _is_note(here, title):
                return True
        return False


def _read(block: Block, at: int, end: int) -> list[Pattern]:
    text = block.text[at:end]
    skipped = at + len(text) - len(text.lstrip(" "))
    breaks = frozenset(place - skipped for place in block.breaks if skipped <= place < end)
    return patterns(text, breaks)


def _next_to(
    quotation: Quotation,
    references: Sequence[Reference],
    quotations: Sequence[Quotation],
    text: str,
) -> Reference | None:
    """The reference that follows a quotation, or else stands before it in the same sentence."""
    later = next((each for each in references if each.at >= quotation.end), None)
    earlier = next((each for each in reversed(references) if each.end <= quotation.at), None)
    if later is not None:
        between = text[quotation.end : later.at]
        is_parted = _NEW_SENTENCE.search(between) or len(between) > _BESIDE
        if not is_parted and not _any_between(quotation.end, later.at, quotations):
            return later
    if earlier is not None:
        between = text[earlier.end : quotation.at]
        is_parted = _SENTENCE_END.search(between) or len(between) > _BESIDE
        if not is_parted and not _any_between(earlier.at, quotation.at, quotations):
            return earlier
    return None


def _any_between(begin: int, end: int, quotations: Sequence[Quotation]) -> bool:
    return any(begin < each.at < end for each in quotations)


def _document(reference: Reference) -> str:
    """The document of a reference."""
    return reference.anchor if reference.is_document else anchor_of(reference.anchor)


def _with_prints(found: Sequence[Reference]) -> list[Reference]:
    """The references with the fingerprints that follow them."""
    done: list[Reference] = []
    for each in found:
        last = done[-1] if done else None
        if each.kind == FINGERPRINT and last is not None and last.kind != FINGERPRINT:
            is_near = each.at - last.end <= _SPAN
            if is_near and last.anchor and not last.is_document and not last.sha256:
                done[-1] = replace(last, sha256=each.sha256)
                continue
        done.append(each)
    return done


def _once(found: Sequence[Reference]) -> list[Reference]:
    """The references without those that repeat an anchor; the first takes over a fingerprint."""
    done: dict[tuple[str, str], Reference] = {}
    for each in found:
        name = (each.anchor, each.fragment) if each.anchor else (each.sha256, FINGERPRINT)
        known = done.get(name)
        if known is None:
            done[name] = each
        elif each.sha256 and not known.sha256:
            done[name] = replace(known, sha256=each.sha256)
    return [*done.values()]


def _is_note(said: str, title: str) -> bool:
    return said.endswith(title) and bool(_OF_NOTE.search(said.removesuffix(title)))


def _closing(text: str, at: int) -> int:
    """The place of the bracket that closes the one there; -1 where it is far or nowhere."""
    end = at
    for _ in range(_NESTED):
        end = text.find(")", end + 1, at + _BRACKETS)
        if end < 0 or text.count("(", at, end) == text.count(")", at, end + 1):
            return end
    return -1


def _is_number(part: Part) -> bool:
    return part.said[:1].isdigit() or part.said == "第"


def _without_vague(cited: Sequence[Reference], others: Sequence[Reference]) -> Iterator[Reference]:
    """Citations without those that name no passage where another says what is cited."""
    told = [*others, *(each for each in cited if not _is_vague(each))]
    documents = {_document(each) for each in told}
    for each in cited:
        if not _is_vague(each) or (each.anchor not in documents if each.anchor else not told):
            yield each


def _is_vague(reference: Reference) -> bool:
    return reference.is_document and bool(reference.unclear)


def _overlaps(reference: Reference, others: Sequence[Reference]) -> bool:
    return any(each.at < reference.end and reference.at < each.end for each in others)
