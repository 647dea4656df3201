"""The draft, a document that builds with a marker in the place of each passage, and the report.

The draft holds no sentence of the source.  Each marker tells what its paragraph holds, names the
terms that the glossary has, and cites the works that the paragraph's notes name.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from archive.fidelity.quotations import FORBIDDEN_RUN, LONGEST_QUOTATION
from archive.fidelity.words import NO_NAMES, Named
from archive.importing import Block, Finding, Form, Remark, signs, words
from archive.importing.citing import References
from archive.importing.outline import UNKNOWN, UNKNOWN_DATE, Guess, Guesses, Placed, Seen
from archive.importing.source_text import SourceText
from archive.model.agents import ROLES
from archive.model.dates import MONTHS
from archive.model.frontmatter import GUESSED, MARKER, TO_ASSIGN, WORDS
from archive.model.kinds import Kind
from archive.model.passage import FOOTNOTE, Anchor, normalise
from archive.model.settings import Settings

RIGHTS = (
    "The source text is its publisher’s copyright and is not reproduced; "
    "this rewriting is the archive’s own, {}."
)
_QUOTATION = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a draft and its report are written from."""

    document: str  # the document id
    seen: Seen  # the kind
    source: SourceText
    guesses: Guesses
    placed: tuple[Placed, ...]
    references: References
    glossary: Glossary
    settings: Settings
    numbers: Mapping[str, int]  # of the endnotes in the source text, by the ids of the notes
    notes: Mapping[str, str]  # the texts of the notes, by id

    def footnote(self, note: str) -> str:
        """The label of the footnote that renders an endnote; nothing where an entry does."""
        if note not in self.references.explaining or note not in self.numbers:
            return ""
        return str(Anchor(self.document, FOOTNOTE, self.numbers[note]))

    @property
    def kind(self) -> Kind:
        """The kind, with what is usual of it."""
        return self.settings.kinds[self.seen.kind]

    @property
    def passages(self) -> tuple[Placed, ...]:
        """The blocks that become passages."""
        return tuple(each for each in self.placed if each.anchor.is_passage)


def document_text(draft: Draft) -> str:
    """The document as MyST Markdown."""
    return "\n".join([*_record(draft), "", *_body(draft)])


def _record(draft: Draft) -> Iterator[str]:
    guesses, title = draft.guesses, draft.guesses.title.value
    named = "unknown" if title.startswith("[") else title  # brackets: the archive supplied it
    yield "---"
    yield f"id: {draft.document}"
    yield f"title: {scalar(title)}"
    yield from _noted("title", guesses.title)
    yield f"short-title: {scalar(guesses.short_title)}"
    if guesses.issuer.value != UNKNOWN or not _has_author(draft.kind):
        yield f"issuer: {scalar(guesses.issuer.value)}"
        yield from _noted("issuer", guesses.issuer)
    yield f"kind: {draft.seen.kind}"
    yield from _needed(draft.kind)
    yield f"date: {guesses.date.value}"
    yield from _noted("date", guesses.date)
    yield f"language: {guesses.language}"
    yield "subjects:"
    yield f"  - {TO_ASSIGN}"
    yield "source:"
    yield f"  publisher: {scalar(guesses.publisher or 'unknown')}"
    yield f"  title: {scalar(named)}"
    yield f"  address: {scalar(guesses.address) if guesses.address else 'unknown'}"
    yield f"  sha256: {draft.source.sha256}"
    if draft.source.file_sha256:
        yield f"  file-sha256: {draft.source.file_sha256}"
    yield f"  paragraphs: {len(draft.passages)}"
    yield f"rights: {scalar(RIGHTS.format(draft.settings.licence.name))}"
    yield "status: unestablished"
    yield f"status-note: {GUESSED} because nothing was established; to confirm."
    yield "---"


def _noted(name: str, guess: Guess) -> Iterator[str]:
    if guess.note:
        yield f"{name}-note: {scalar(guess.note)}"


def _has_author(kind: Kind) -> bool:
    """Whether a record of the kind must name one who is cited as its author, such as a court."""
    return not {*kind.cited}.isdisjoint(each.split(" or ")[0] for each in kind.must)


def _needed(kind: Kind) -> Iterator[str]:
    """What a record of the kind must have, to be filled in."""
    for first in (each.split(" or ")[0] for each in kind.must):
        if first in ROLES:
            yield from ("agents:", f"  - body: {TO_ASSIGN}", f"    role: {first}")
        else:
            yield f"{first}: {UNKNOWN_DATE if first == 'decided' else TO_ASSIGN}"


def scalar(text: str) -> str:
    """A line of text as a YAML value (1.2.2, 7.3.1), quoted where plain style might change it."""
    plain = re.fullmatch(r"[^\W_][^:#\[\]{}\"'\\&*!|>%@`\t]*[^\W_.]\.?", text)
    if plain and not re.fullmatch(r"(?i)true|false|yes|no|on|off|null|~|[\d.+-]+", text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _body(draft: Draft) -> Iterator[str]:
    supplied = _supplied_headings(draft)
    section = 0
    ranks = iter(_ranks(draft.placed))
    for number, each in enumerate(draft.placed):
        if number in supplied:
            section += 1
            yield from (f"({draft.document}-s{section})=", f"## {supplied[number]}", "")
        yield f"({each.anchor})="
        yield from _attributes(each)
        if each.structure.names:
            yield from _signatories(each, draft)
        elif each.anchor.is_passage:
            yield from (MARKER, _shaped(each, _marker(each, draft)), "")
        elif is_short(each.block.text):
            yield from (f"{next(ranks)} {escape(' '.join(each.block.text.split()))}", "")
        else:  # a heading so long is a sentence of the source
            yield from (f"{next(ranks)} [Section {each.anchor.number}]", "")
            yield f"% The heading, which is in the work file, is to be shortened: {MARKER}"
            yield ""
    for note in draft.references.explaining:
        if label := draft.footnote(note):
            count = _plural(len(words(draft.notes[note])), "word")
            yield f"[^{label}]:"
            yield f"    {MARKER}"
            yield from (f"    {WORDS}: footnote {draft.numbers[note]}.** {count}.", "")


def _attributes(each: Placed) -> Iterator[str]:
    """The line that gives a block the source's own number, and says what it is a part of."""
    structure = each.structure
    parts = [
        f'locator="{structure.locator}"' if structure.locator else "",
        f"within={structure.within}" if structure.within else "",
        "numbering=anew" if structure.anew else "",
    ]
    if any(parts):
        yield f"{{{' '.join(filter(None, parts))}}}"


def _shaped(each: Placed, marker: str) -> str:
    """The marker in the form of its passage: spoken by somebody, or a quotation."""
    if each.structure.speaker:
        return f"{{speaker}}`{escape(each.structure.speaker)}` {marker}"
    return f"> {marker}" if each.block.form is Form.QUOTE else marker


def _signatories(each: Placed, draft: Draft) -> Iterator[str]:
    """The names as a list, each with its own anchor; a line that is long is to be written."""
    before = (name for other in draft.placed for name in other.structure.names
              if other.anchor.number < each.anchor.number)  # fmt: skip
    yield ":::{signatories}"
    for number, name in enumerate(each.structure.names, 1 + sum(1 for _ in before)):
        yield f"- ({Anchor(draft.document, 'g', number)})="
        short = is_short(name)
        yield f"  {escape(name)}" if short else f"  {WORDS}: signatory {number}.**"
    yield from (":::", "")


def _ranks(placed: Iterable[Placed]) -> Iterator[str]:
    """The number signs of each heading: two for the highest, and none skipped on the way down."""
    above: list[int] = []  # the levels of the headings that hold the present one
    for each in placed:
        if not each.anchor.is_passage:
            level = each.block.level or 1
            above = [*(one for one in above if one < level), level]
            yield "#" * min(1 + len(above), 6)


def is_short(heading: str) -> bool:
    """Whether a heading may be copied: it is no run of words that a passage may not have.

    Of scripts that write without spaces, three signs count as a word.
    """
    unspaced = len(signs(heading)) - len(words(heading))
    return len(words(heading)) + unspaced // 3 < FORBIDDEN_RUN


def _supplied_headings(draft: Draft) -> dict[int, str]:
    """The archive's own headings, by the block they stand before, where the source has none."""
    if any(not each.anchor.is_passage for each in draft.placed):
        return {}
    parts = [draft.settings.word(each.anchor.letter) for each in draft.placed]
    if draft.seen.kind == "resolution" and "whereas" in parts and "resolved" in parts:
        return {0: "The whereas clauses", parts.index("resolved"): "The resolution"}
    signed = [n for n, each in enumerate(draft.placed) if each.role == "a signatory"]
    return {0: f"The {draft.seen.kind}", **({signed[0]: "The signatories"} if signed else {})}


def _marker(each: Placed, draft: Draft) -> str:
    """One paragraph that tells what the passage has to render."""
    spoken = f"{draft.settings.word(each.anchor.letter)} {each.anchor.number}"
    role = f", {each.role}" if each.role else ""
    sentences = [f"{WORDS}: {spoken}{role}.** {_size(each.block)}."]
    if cited := _citations(each.block, draft):
        sentences.append(f"It cites {cited}.")
    if terms := draft.glossary.within(each.block.text):
        sentences.append("It names " + ", ".join(f"{{term}}`{term}`" for term in terms) + ".")
    return " ".join(sentences)


def _size(block: Block) -> str:
    spaced, all_signs = len(words(block.text)), len(signs(block.text))
    without_spaces = all_signs > 2 * spaced
    parts = [_plural(all_signs, "sign") if without_spaces
             else _plural(len(block.text.split()), "word")]  # fmt: skip
    quotations = [len((one or two).split()) for one, two in _QUOTATION.findall(block.text)]
    if quotations:
        parts.append(_plural(len(quotations), "quotation"))
    if max(quotations, default=0) > LONGEST_QUOTATION:
        parts.append(f"the longest of {max(quotations)} words, which has to be shortened")
    if block.form in {Form.TABLE, Form.CODE, Form.QUOTE}:
        parts.append(f"a {block.form}")
    if block.links:
        parts.append(_plural(len(block.links), "link"))
    return ", ".join(parts)


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _citations(block: Block, draft: Draft) -> str:
    """The notes of a block with their references, then those of a citation manager's fields."""
    references = draft.references
    works = [references.of_work[work] for work in block.works if work in references.of_work]
    cited = [(note, references.of_note.get(note, ())) for note in block.notes]
    cited += [("", tuple(dict.fromkeys(works)))] if works else []
    roles = (
        (f"endnote {escape(note)}" * bool(note), f"{{cite:p}}`{','.join(keys)}`" * bool(keys),
         f"[^{label}]" if (label := draft.footnote(note)) else "") for note, keys in cited
    )  # fmt: skip
    return ", ".join(" ".join(filter(None, each)) for each in roles)


def escape(text: str) -> str:
    """Words as Markdown shows them unchanged (CommonMark 2.4)."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|^])", r"\\\1", text)


def report_text(draft: Draft, remarks: Sequence[Remark]) -> str:
    """The report: what was found, guessed, decided and left out, and what to check.

    Of the source's words it holds only names.
    """
    lines = [f"# Import of {draft.document}", "", *_summary(draft), ""]
    for finding in Finding:
        told = Counter(remark.what for remark in remarks if remark.finding is finding)
        if told:
            counted = (f"- {what}" + f" ({n} times)" * (n > 1) for what, n in told.items())
            lines += [f"## {finding.value}", "", *counted, ""]
    if names := candidates((each.block.text for each in draft.passages), draft.glossary):
        lines += ["## Names the glossary does not have", "", *(f"- {n}" for n in names), ""]
    return "\n".join(lines)


def _summary(draft: Draft) -> Iterator[str]:
    guesses = draft.guesses
    yield f"- kind: {draft.seen.kind} ({draft.seen.why})"
    if locator := draft.kind.locator:
        yield f"- a {draft.seen.kind} usually numbers its passages, such as {locator}"
    headings = len(draft.placed) - len(draft.passages)
    yield f"- passages: {len(draft.passages)}; headings of the source: {headings}"
    added, reused = len(draft.references.added), len(draft.references.reused)
    yield f"- references: {added} new, {reused} that existed"
    for name in ("title", "issuer", "date"):
        yield f"- {name}: {getattr(guesses, name)}"
    yield f"- language: {guesses.language}"
    yield from (f"- {each.anchor}: {each.role}" for each in draft.placed if each.role)


_FENCE = re.compile(r"^(`{3,}|:{3,})\{glossary\}.*?^\1\s*$", re.MULTILINE | re.DOTALL)
_PARTICLES = frozenset(["of", "the", "for", "de", "la", "del", "van", "von"])
_CALENDAR = frozenset(MONTHS) | frozenset(
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
)
_WORD = re.compile(r"\w+")
_REACH = 8  # characters before a word that show whether it begins a sentence
_SENTENCE_END = re.compile(r"[.!?:]\W*\s\W*$")
_UNLINKABLE = re.compile(r"[`<>{}]")


@dataclass(frozen=True)
class Glossary:
    """The terms of the glossary, as they are spelled there."""

    terms: tuple[str, ...] = ()

    @classmethod
    def read(cls, markdown: str) -> Glossary:
        """The terms of every ``{glossary}``: the lines that are not indented."""
        found = []
        for block in _FENCE.finditer(markdown):
            lines = block[0].splitlines()[1:-1]
            found += [line.strip() for line in lines if line[:1].strip() and line[0] != ":"]
        return cls(tuple(term for term in dict.fromkeys(found) if not _UNLINKABLE.search(term)))

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[str, str]]]:
        """The terms by their first word in lower case, normalised and as spelled, longest first."""
        found: dict[str, list[tuple[str, str]]] = {}
        for term in sorted(self.terms, key=len, reverse=True):
            plain = normalise(term)
            if first := _WORD.match(plain):
                found.setdefault(first[0].lower(), []).append((plain, term))
        return found

    def within(self, text: str) -> tuple[str, ...]:
        """The terms that a text uses, in order; of two that begin at one place, the longer."""
        found: list[str] = []
        folded, done = normalise(text), 0
        for word in _WORD.finditer(folded):
            start = word.start()
            before = folded[max(0, start - _REACH) : start]
            for plain, term in self._by_first_word.get(word[0].lower(), ()):
                end = start + len(plain)
                used = start >= done and _says(folded[start:end], plain, before)
                if used and not folded[end : end + 1].isalnum():
                    found.append(term)
                    done = end
                    break
        return tuple(dict.fromkeys(found))


def _says(words: str, term: str, before: str) -> bool:
    """Whether words are the term; at the beginning of a sentence a common term is capitalised."""
    begins = not before.strip() or _SENTENCE_END.search(before)
    common = begins and term[:1].islower()
    return words == term or bool(common and words[:1].lower() + words[1:] == term)


def candidates(texts: Iterable[str], glossary: Glossary) -> tuple[str, ...]:
    """Proper names that the glossary does not have, in order of first mention."""
    named = [Named(normalise(text)) for text in texts]
    known = frozenset(word for each in named for word in each.capitalised)
    have = {f" {normalise(term).casefold()} " for term in glossary.terms}
    names = dict.fromkeys(name for each in named for name in _names(each, known))
    return tuple(
        name for name in names if len(name) > 1 and name not in _CALENDAR
        and not any(f" {name.casefold()} " in term for term in have)
    )  # fmt: skip


def _names(named: Named, known: frozenset[str]) -> Iterator[str]:
    """The names; two with only a particle between them are one: ``Bill of Rights``."""
    start = end = 0
    for first, last in named.names(known, NO_NAMES):
        between = named.bare[end:first]
        one = end and len(between) <= 2 and set(between) <= _PARTICLES
        if one and between and all(map(named.joined, range(end, first + 1))):
            end = last
            continue
        yield " ".join(named.bare[start:end])
        start, end = first, last
    yield " ".join(named.bare[start:end])
