"""A revised source against the one imported: what changed, passage by passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.importing.workfile import Held
from archive.model.fingerprint import normalise

_MANY = 2_000  # paragraphs
_NEAR = 20  # how many paragraphs further one is looked for
_ALIKE = 0.5  # of the words: below it, one passage went and another came


class Change(StrEnum):
    """What became of a paragraph."""

    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change."""

    change: Change
    what: str  # the anchor or note it concerns; of an addition, what it stands after
    old: str = ""
    new: str = ""


def differences(old: Held, new: Held) -> list[Difference]:
    """What the editor has to look at again."""
    passages = list(_differences(old.passages, new.passages))
    notes = list(_differences(_named(old.notes), _named(new.notes)))
    return passages + notes


def written(document: str, sha256: str, found: Sequence[Difference]) -> str:
    """The differences as text, for the work folder."""
    lines = [f"# What the revised source of {document} changes", "", f"% SHA-256 {sha256}", ""]
    if not found:
        lines.append("No passage and no endnote: only what is left out or layout.")
    for each in found:
        place = f"after {each.what}" if each.change is Change.ADDED else each.what
        lines += [f"## {place}: {each.change}", ""]
        lines += [f"- {line}" for line in each.old.splitlines()]
        lines += [f"+ {line}" for line in each.new.splitlines()]
        lines.append("")
    return "\n".join(lines)


def _named(notes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"endnote {number}", words) for number, words in notes]


def _differences(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> Iterator[Difference]:
    before, after = [normalise(words) for _, words in old], [normalise(words) for _, words in new]
    many = len(after) > _MANY  # then lines that stand all over the text are no landmarks
    matcher = SequenceMatcher(None, before, after, autojunk=many)
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str, str]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs, removed, added = _paired(old[i:j], new[k:m])
        yield from pairs
        gone += removed
        anchor = old[j - 1][0] if j else "the beginning"
        come += [(anchor, name, words) for name, words in added]
    yield from _moved_or_not(gone, come)


def _paired(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> tuple[list[Difference], list[tuple[str, str]], list[tuple[str, str]]]:
    """Pair each old paragraph with the first new one that is like it."""
    pairs: list[Difference] = []
    removed: list[tuple[str, str]] = []
    left = list(new)
    for anchor, words in old:
        like = next((each for each in left[:_NEAR] if _alike(words, each[1])), None)
        if like is None:
            removed.append((anchor, words))
        else:
            left.remove(like)
            pairs.append(Difference(Change.REWORDED, anchor, words, like[1]))
    return pairs, removed, left


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(
        None, normalise(one).split(), normalise(other).split(), autojunk=False
    )
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _moved_or_not(
    gone: Sequence[tuple[str, str]], come: Sequence[tuple[str, str, str]]
) -> Iterator[Difference]:
    places = {normalise(words): after for after, _, words in come}
    moved = set()
    for anchor, words in gone:
        key = normalise(words)
        if key in places:
            moved.add(key)
            yield Difference(Change.MOVED, anchor, words, f"now after {places[key]}")
        else:
            yield Difference(Change.REMOVED, anchor, words)
    for after, _, words in come:
        if normalise(words) not in moved:
            yield Difference(Change.ADDED, after, "", words)
