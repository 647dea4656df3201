"""The report: what was found, guessed, decided and left out, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.importing.drafting import Draft
from archive.importing.kinds import Seen
from archive.importing.text import Finding, Remark


def written(
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
