"""The account of a file's words: how many are in the text, which were left out, and where.

Every word of the file is in a passage, a heading or a note, or was left out for a reason that a
remark gives with the words and their place.  What is in none of these is unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from archive.importing.draft import Draft
from archive.importing.language import language_of
from archive.importing.outline import is_heading, stated
from archive.importing.text import LONG, Finding, Remark, Text, signs, words

_SHOWN = 12  # words of it
_OUT = (Finding.LOST, Finding.COMMENT, Finding.CHANGE)


@dataclass(frozen=True, slots=True)
class Account:
    """How many words of a file went where."""

    passages: int
    headings: int
    notes: int
    out: tuple[tuple[Remark, int], ...]  # what was left out, with its size
    unread: int

    @property
    def taken(self) -> int:
        return self.passages + self.headings + self.notes

    @property
    def left(self) -> int:
        return sum(count for _, count in self.out)


def account(text: Text, unread: Iterable[str]) -> Account:
    """The account of a text; ``unread`` are words of the file that stand nowhere else."""
    headings = [block.text for block in text.blocks if is_heading(block)]
    passages = [block.text for block in text.blocks if not is_heading(block)]
    out = ((remark, _size(remark.words)) for remark in text.remarks if remark.finding in _OUT)
    return Account(
        _size(*passages), _size(*headings),
        _size(*(note.text for note in text.notes)),
        tuple((remark, count) for remark, count in out if count), _size(*unread),
    )  # fmt: skip


def _size(*texts: str) -> int:
    return sum(len(signs(text)) for text in texts)


def account_text(found: Account, text: Text) -> str:
    """The first lines of the report and of what the terminal says."""
    return "\n".join(_lines(found, text)) + "\n"


def _lines(found: Account, text: Text) -> Iterator[str]:
    total = found.taken + found.left + found.unread
    yield (
        f"- words: {found.taken:,} of {total:,} are in the text ({found.passages:,} in passages, "
        f"{found.headings:,} in headings, {found.notes:,} in notes); {found.left:,} were left out; "
        f"{found.unread:,} unread"
    )
    why = Counter[str]()
    for remark, count in found.out:
        why[remark.what.rstrip(".")] += count
    yield from (f"  - left out, {count:,}: {what}" for what, count in why.most_common(12))
    if len(why) > 12:
        yield f"  - left out for {len(why) - 12} more reasons, which the report tells"
    long = [(remark, count) for remark, count in found.out if count > LONG]
    if long:
        yield f"- left out in one piece of more than {LONG} words: {len(long)}"
    for remark, count in long:
        place = f"{remark.place}: " if remark.place else ""
        yield f"  - {place}{count:,} words, “{beginning(remark.words)} …”"
    if text.candidates:
        yield "- what else may be the main text, by the element that holds it"
        yield from (f"  - {each}" for each in text.candidates)
    for remark in doubts(text.remarks):
        yield f"- to confirm: {remark.what}"


def languages(draft: Draft, text: Text) -> str:
    """Whether the language was guessed, and the passages that seem to have another."""
    main = draft.guesses.language
    guessed = "" if stated(text) else f"- language: {main}, guessed; to confirm\n"
    others: dict[str, list[str]] = {}
    for each in draft.passages:
        found = language_of(each.block.text)
        if found and found != main.partition("-")[0]:
            others.setdefault(found, []).append(each.anchor.label)
    told = "; ".join(f"{name} in {', '.join(labels)}" for name, labels in others.items())
    return guessed + (f"- passages in another language: {told}\n" if told else "")


def beginning(said: str) -> str:
    """The first words of a text, on one line."""
    return " ".join(said.split()[:_SHOWN])[:160]


def doubts(remarks: Iterable[Remark]) -> list[Remark]:
    """What has to be confirmed before a draft is written."""
    return [remark for remark in remarks if remark.finding is Finding.DOUBT]


# --- The page to look at

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>What was taken of {name}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root {{ color-scheme: light dark }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif;
  color: light-dark(#1c1c1c, #e4e4e4); background: light-dark(#fff, #161616) }}
h1 {{ font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere }}
.key {{ display: flex; flex-wrap: wrap; gap: .3rem .6rem }}
p {{ margin: .3rem 0; padding: .35rem .8rem; border-left: .25rem solid; white-space: pre-line;
  overflow-wrap: anywhere }}
[dir=rtl] {{ border-left: 0; border-right: .25rem solid }}
.taken, .head {{ background: light-dark(#e8f3e8, #14291a); border-color: #2e7d32 }}
.head {{ font-weight: bold }}
.note {{ background: light-dark(#e6eefa, #13233c); border-color: #4c86d8 }}
.left {{ background: light-dark(#fbe9e7, #3a1a17); border-color: #c9463c }}
small {{ display: block; color: light-dark(#555, #aaa); font-weight: normal }}
ul {{ margin: .4rem 0; padding-left: 1.2rem; font-size: .9rem; overflow-wrap: anywhere }}
</style></head><body>
<h1>What was taken of {name}</h1>
<div class="key"><p class="taken">Taken: passages and headings</p>
<p class="note">Turned into notes</p><p class="left">Left out, and why</p></div>
{account}
<hr>
{rows}
</body></html>
"""


def look_page(name: str, told: str, text: Text) -> str:
    """A page that shows the words of a file in three tints: taken, left out, made notes.

    What was left out stands where it stood, as far as the reader knows the place.
    """
    rows = [_row(kind, said, small) for kind, said, small in _parts(text)]
    return _PAGE.format(name=escape(name), account=_list(told), rows="\n".join(rows))


def _list(told: str) -> str:
    """The lines of the account as a list with lists in it."""
    rows: list[str] = []
    depth = -1
    for line in told.splitlines():
        said = line.lstrip()
        here = (len(line) - len(said)) // 2
        rows += ["<ul>"] * (here - depth) + ["</ul>"] * (depth - here)
        rows.append(f"<li>{escape(said.removeprefix('- '))}</li>")
        depth = here
    return "\n".join(rows + ["</ul>"] * (depth + 1))


def _row(kind: str, said: str, small: str) -> str:
    told = f"<small>{escape(small)}</small>" if small else ""
    return f'<p class="{kind}" dir="auto">{told}{escape(said)}</p>'


def _parts(text: Text) -> Iterator[tuple[str, str, str]]:
    out = [each for each in text.remarks if each.finding in _OUT and each.words]
    waiting = [each for each in out if each.after is not None]
    rest = [each for each in out if each.after is None]
    while waiting and not waiting[0].after:
        yield _left(waiting.pop(0))
    for block in text.blocks:
        yield "head" if is_heading(block) else "taken", block.text, ""
        said = " ".join(words(block.text))
        while waiting and (waiting[0].after or "") in said:
            yield _left(waiting.pop(0))
    yield from (("note", note.text, f"note {note.id}") for note in text.notes)
    yield from map(_left, [*waiting, *rest])


def _left(remark: Remark) -> tuple[str, str, str]:
    return "left", remark.words, ", ".join(filter(None, (remark.what.rstrip("."), remark.place)))
