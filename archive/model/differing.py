"""What a revision changed: the words of two texts that stand in one, in the other, or in both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# A word and whether white space follows: letters, one character of a script that has no spaces, or
# one mark.
_WORD = re.compile(
    r"([\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7af]|[^\W_]+(?:['-][^\W_]+)*|\S)(\s*)"
)  # fmt: skip

# Fewer words than these between two changes are taken for a part of the change, as nobody reads two
# sentences through the words that they happen to share.
_FEWEST = 3
_LIKE = 0.25  # where a smaller part of the words stayed, all of them were replaced
_LONG = 2_000  # words, from which on frequent ones are not looked for everywhere

_Words = Sequence[tuple[str, str]]


class Change(NamedTuple):
    """A run of text."""

    kind: Literal["same", "out", "in"]
    text: str


def changes(before: str, after: str) -> list[Change]:
    """Two texts in one: what stayed, what went out and what came in.

    The runs that are not “in” are ``before``, and those that are not “out” are ``after``.
    """
    one, two = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(
        lambda word: not word[0].isalnum(), [word for word, _ in one], [word for word, _ in two],
        autojunk=len(two) > _LONG,
    )  # fmt: skip
    rows: list[_Row] = [
        (kind == "equal", one[a:b], two[c:d]) for kind, a, b, c, d in matcher.get_opcodes()
    ]
    if matcher.ratio() < _LIKE:
        rows = [(False, one, two)]
    return list(_joined(_runs(_merged(rows))))


_Row = tuple[bool, _Words, _Words]  # whether the words stayed, and they before and after


def _merged(rows: list[_Row]) -> list[_Row]:
    """Join changes with the few words that stayed between them."""
    found: list[_Row] = []
    for number, (same, out, into) in enumerate(rows):
        is_inside = 0 < number < len(rows) - 1
        count = sum(word[0].isalnum() for word, _space in out)
        stays = same and not (is_inside and count < _FEWEST)
        if found and not stays and not found[-1][0]:
            _same, earlier, later = found.pop()
            found.append((False, [*earlier, *out], [*later, *into]))
        else:
            found.append((stays, out, into))
    return found


def _runs(rows: Iterable[_Row]) -> Iterator[Change]:
    """Yield the runs; a space that stayed behind a word stands outside what is put in after it."""
    spaces = "", ""  # behind the last word that stayed, before and after
    for same, out, into in rows:
        if same:
            yield from _spaced(*spaces)
            yield Change("same", _text(into)[: -len(into[-1][1]) or None])
            spaces = out[-1][1], into[-1][1]
            continue
        before, after = spaces[0] + _text(out), spaces[1] + _text(into)
        lead = spaces[0] if spaces[0] == spaces[1] else ""
        tail = " " if before[len(lead) :].endswith(" ") and after[len(lead) :].endswith(" ") else ""
        within = slice(len(lead), -len(tail) or None)
        yield from (
            run for run in (
                Change("same", lead), Change("out", before[within]), Change("in", after[within]),
                Change("same", tail),
            ) if run.text
        )  # fmt: skip
        spaces = "", ""
    yield from _spaced(*spaces)


def _spaced(before: str, after: str) -> Iterator[Change]:
    """Yield the white space between two words that stayed, on either side of a change."""
    if before == after:
        yield from [Change("same", after)] if after else []
    else:
        yield Change("out", before) if before else Change("in", after)


def _text(words: _Words) -> str:
    return "".join(map("".join, words))


def _joined(runs: Iterable[Change]) -> Iterator[Change]:
    """Yield the runs, each as long as it can be."""
    last: Change | None = None
    for run in runs:
        if last is not None and last.kind == run.kind:
            last = Change(run.kind, last.text + run.text)
        else:
            if last is not None:
                yield last
            last = run
    if last is not None:
        yield last
