"""The draft: a document that builds, with a marker in the place of each passage.

No sentence of the source is in it: of each paragraph it tells what is in it, names what the
glossary knows, and cites what its notes name.

The report: what was found, guessed, decided and left out, and what to do next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.importing.citing import References
from archive.importing.glossary import Glossary
from archive.importing.guesses import Guesses
from archive.importing.outline import Placed, Seen
from archive.importing.source_text import SourceText
from archive.importing.text import Block, Finding, Form, Remark, words
from archive.model.draft import GUESSED, MARKER, TO_ASSIGN, WORDS
from archive.model.passage import LETTERS

RIGHTS = (
    "The source text is its publisher’s copyright and is not reproduced; "
    "this rewriting is the archive’s own, CC BY 4.0."
)
_LONGEST_QUOTATION = 25  # words
_LONGEST_SHARED = 7  # words of the source that may stand in a row outside quotations
_QUOTATION = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a draft is written from."""

    document: str
    kind: str
    source: SourceText
    guesses: Guesses
    placed: tuple[Placed, ...]
    references: References
    glossary: Glossary

    @property
    def passages(self) -> tuple[Placed, ...]:
        """The blocks that become passages."""
        return tuple(each for each in self.placed if each.anchor.is_passage)


def document_text(draft: Draft) -> str:
    """The document as Markdown."""
    return "\n".join([*_record(draft), "", *_body(draft)])


def _record(draft: Draft) -> Iterator[str]:
    guesses = draft.guesses
    yield "---"
    yield f"id: {draft.document}"
    yield f"title: {scalar(guesses.title.value)}"
    yield f"title-note: {scalar(guesses.title.note)}"
    yield f"short-title: {scalar(guesses.short_title)}"
    yield f"issuer: {scalar(guesses.issuer.value)}"
    yield f"issuer-note: {scalar(guesses.issuer.note)}"
    yield f"kind: {draft.kind}"
    yield f"date: {guesses.date.value}"
    yield f"date-note: {scalar(guesses.date.note)}"
    yield f"language: {guesses.language}"
    yield "subjects:"
    yield f"  - {TO_ASSIGN}"
    yield "source:"
    yield f"  publisher: {scalar(guesses.publisher or 'unknown')}"
    yield f"  title: {scalar(guesses.source_title or 'unknown')}"
    yield f"  address: {scalar(guesses.address) if guesses.address else 'unknown'}"
    yield f"  sha256: {draft.source.sha256}"
    if draft.source.file_sha256:
        yield f"  file-sha256: {draft.source.file_sha256}"
    yield f"  paragraphs: {len(draft.passages)}"
    yield f"rights: {scalar(RIGHTS)}"
    yield "status: unestablished"
    yield f"status-note: {GUESSED} because nothing was established; to confirm."
    yield "---"


def scalar(text: str) -> str:
    """A text as a YAML value (1.2.2, 7.3.1): quoted wherever plain style might change it."""
    if re.fullmatch(r"[^\W_][^:#\[\]{}\"'\\&*!|>%@`\t]*[^\W_.]\.?", text) and not re.fullmatch(
        r"(?i)true|false|yes|no|on|off|null|~|[\d.+-]+", text
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _body(draft: Draft) -> Iterator[str]:
    supplied = _supplied_headings(draft)
    for number, each in enumerate(draft.placed):
        if number in supplied:
            anchor, heading = supplied[number]
            yield from (f"({anchor})=", f"## {heading}", "")
        yield f"({each.anchor})="
        if each.anchor.is_passage:
            yield from (MARKER, _marker(each, draft), "")
        else:
            yield from (*_heading(each), "")


def _heading(each: Placed) -> Iterator[str]:
    """A heading as the source has it; a long one, which is a sentence of it, only announced."""
    if len(words(each.block.text)) <= _LONGEST_SHARED:
        yield f"## {escape(' '.join(each.block.text.split()))}"
    else:
        yield f"## [Section {each.anchor.number}]"
        yield ""
        yield f"% The heading, which is in the work file, is to be shortened: {MARKER}"


def _supplied_headings(draft: Draft) -> dict[int, tuple[str, str]]:
    """Headings of our own, by the place they stand before, where the source has none."""
    if any(not each.anchor.is_passage for each in draft.placed):
        return {}
    letters = [each.anchor.letter for each in draft.placed]
    places: dict[int, str] = {}
    if draft.kind == "resolution" and "w" in letters and "r" in letters:
        places = {0: "The whereas clauses", letters.index("r"): "The resolution"}
    elif draft.kind == "letter":
        places = {0: "The letter"}
        signed = [n for n, each in enumerate(draft.placed) if each.role == "a signatory"]
        places |= {signed[0]: "The signatories"} if signed else {}
    elif draft.placed:
        places = {0: f"The {draft.kind}"}
    return {
        place: (f"{draft.document}-s{number}", heading)
        for number, (place, heading) in enumerate(sorted(places.items()), 1)
    }


def _marker(each: Placed, draft: Draft) -> str:
    """One paragraph that tells what the passage has to render."""
    spoken = f"{LETTERS[each.anchor.letter]} {each.anchor.number}"
    role = f", {each.role}" if each.role else ""
    sentences = [f"{WORDS}: {spoken}{role}.** {_size(each.block)}."]
    if cited := _citations(each.block, draft.references):
        sentences.append(f"It cites {cited}.")
    if terms := draft.glossary.within(each.block.text):
        sentences.append("It names " + ", ".join(f"{{term}}`{term}`" for term in terms) + ".")
    return " ".join(sentences)


def _size(block: Block) -> str:
    parts = [_plural(len(block.text.split()), "word")]
    quotations = [len((one or two).split()) for one, two in _QUOTATION.findall(block.text)]
    if quotations:
        parts.append(_plural(len(quotations), "quotation"))
    long = [count for count in quotations if count > _LONGEST_QUOTATION]
    if long:
        parts.append(f"the longest of {max(long)} words, which has to be shortened")
    if block.form in {Form.TABLE, Form.CODE, Form.QUOTE}:
        parts.append(f"a {block.form}")
    if block.links:
        parts.append(_plural(len(block.links), "link"))
    return ", ".join(parts)


def _plural(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _citations(block: Block, references: References) -> str:
    """The notes of a block with their references, and those a citation manager put in it."""
    cited = []
    for note in block.notes:
        keys = references.of_note.get(note, ())
        cited.append(f"endnote {escape(note)}" + (f" {_cite(keys)}" if keys else ""))
    works = [references.of_work[work] for work in block.works if work in references.of_work]
    if works:
        cited.append(_cite(dict.fromkeys(works)))
    return ", ".join(cited)


def _cite(keys: Sequence[str] | dict[str, None]) -> str:
    return f"{{cite:p}}`{','.join(keys)}`"


def escape(text: str) -> str:
    """Words as Markdown shows them unchanged (CommonMark 2.4)."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|^])", r"\\\1", text)


def report_text(
    draft: Draft, seen: Seen, chosen: bool, candidates: Sequence[str], remarks: Sequence[Remark]
) -> str:
    """The report as text; it names words of the source only where they are names."""
    lines = [f"# Import of {draft.document}", "", *_summary(draft, seen, chosen), ""]
    for finding in Finding:
        told = [remark.what for remark in remarks if remark.finding is finding]
        if told:
            lines += [f"## {finding.value}", "", *_counted(told), ""]
    if candidates:
        lines += ["## Names the glossary does not have", "", *(f"- {n}" for n in candidates), ""]
    return "\n".join(lines)


def _summary(draft: Draft, seen: Seen, chosen: bool) -> Iterator[str]:
    guesses = draft.guesses
    headings = len(draft.placed) - len(draft.passages)
    why = "as you said" if chosen else f"{seen.why}; KIND= says otherwise"
    yield f"- kind: {draft.kind} ({why})"
    yield f"- passages: {len(draft.passages)}; headings of the source: {headings}"
    added, reused = len(draft.references.added), len(draft.references.reused)
    yield f"- references: {added} new, {reused} that existed"
    for name, guess in (
        ("title", guesses.title), ("issuer", guesses.issuer), ("date", guesses.date)
    ):  # fmt: skip
        yield f"- {name}: {guess.value} (guessed {guess.origin})"
    yield f"- language: {guesses.language}"
    for each in draft.placed:
        if each.role:
            yield f"- {each.anchor}: {each.role}"


def _counted(told: Iterable[str]) -> list[str]:
    """Each remark once, with how often it was made."""
    counts: dict[str, int] = {}
    for what in told:
        counts[what] = counts.get(what, 0) + 1
    return [f"- {what}" + (f" ({n} times)" if n > 1 else "") for what, n in counts.items()]
