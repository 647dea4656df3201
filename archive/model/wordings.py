"""Earlier wordings of passages, and the comparison of two wordings or versions."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from archive.model import Problem
from archive.model.ledger import History, Ledger, State, entries, short
from archive.model.passage import Anchor

# --- Earlier wordings: the words of passages that were revised since, by their fingerprint.
#
# The ledger has the fingerprint of every wording, and ``wordings.jsonl`` beside it the words of
# those that no passage says any more.  One JSON object a line, in UTF-8, each ended by one line
# feed:
#
#     {"sha256": "…", "text": "The words, as they were fingerprinted."}
#     {"sha256": "…", "text": null}
#
# The text is normalised (``archive.model.passage``), so that its SHA-256 is the fingerprint.
# ``null`` says that the words were looked for and not found; a later line may have them after all.
# Lines are only ever added, and their order says nothing: git may merge two versions by keeping the
# lines of both, and a line that stands twice is one.
#
# A wording is superseded once its anchor says other words, or leads to a passage that never said
# them.  The last words of a withdrawn passage are withdrawn with it, and are not kept.

WORDINGS = "wordings.jsonl"
RECOVER = "python -m archive wordings --recover"

# Every rule this file checks, by its stable code.
RULES = {
    "wording-line-end": "every line of the wordings ends in one line feed, the last one too",
    "wording-form": "a wording is one JSON object with a fingerprint, and a text or null",
    "wording-altered": "a wording has the fingerprint by which it is kept",
    "wording-unknown": "a wording is of a fingerprint that the ledger has",
    "wording-missing": "the words of each superseded fingerprint are kept, or noted as not found",
    "wording-lost": "no wording that was kept is lost",
}

_RESTORE = f"delete the line, and run `{RECOVER}`, which takes the words from git"


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings that are kept."""

    texts: Mapping[str, str] = field(default_factory=dict)  # by fingerprint
    lines: Mapping[str, int] = field(default_factory=dict)  # of each fingerprint, also without text
    is_there: bool = False  # whether the file has any line; without one, none was kept yet

    def __contains__(self, sha256: str) -> bool:
        """Whether the words of a fingerprint are kept, or noted as not found."""
        return sha256 in self.lines


class Superseded(NamedTuple):
    """A wording that no passage says any more."""

    anchor: str  # that said it, and was published with it
    line: int  # of the ledger, where it was published


def read_wordings(path: Path) -> Mapping[str, str]:
    """The words of each superseded fingerprint that are kept in the file at ``path``.

    Each text has the fingerprint by which it is found; lines that are not sound are left out, and
    without a file there are none.  Raises OSError where the file cannot be read.
    """
    return parse(path.read_bytes() if path.is_file() else b"", path.name)[0].texts


def parse(data: bytes, path: str) -> tuple[Wordings, list[Problem]]:
    """The wordings in the bytes of a file, and the first problem of each line that is none."""
    texts: dict[str, str] = {}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for number, line in enumerate(entries(data), start=1):
        try:
            sha256, text = _wording(line)
        except ValueError as fault:
            rule, message = fault.args
            problems.append(Problem(path, number, rule, message, _RESTORE))
            continue
        places.setdefault(sha256, number)
        if text is not None:
            texts[sha256] = text
    if data and not data.endswith(b"\n"):
        message, mend = "the last line does not end in a line feed", "add one at the end"
        problems.append(Problem(path, data.count(b"\n") + 1, "wording-line-end", message, mend))
    return Wordings(texts, places, bool(data)), problems


def _wording(line: bytes) -> tuple[str, str | None]:
    """Read one line.  Raises ValueError with the rule that it breaks, and what is wrong."""
    try:
        match json.loads(line.decode("utf-8")):
            case {"sha256": str(sha256), "text": None, **more} if not more and _is_sha256(sha256):
                return sha256, None
            case {"sha256": str(sha256), "text": str(text), **more} if not more:
                found = hashlib.sha256(text.encode("utf-8")).hexdigest()
            case _:
                raise ValueError
    except (ValueError, RecursionError) as error:
        message = "the line is no wording: a JSON object with a fingerprint and a text or null"
        raise ValueError("wording-form", message) from error
    if found != sha256:
        message = (
            f"the words “{text[:40]}…” have the fingerprint {short(found)}, and are kept as "
            f"those of {short(sha256)}: they were edited"
        )
        raise ValueError("wording-altered", message)
    return sha256, text


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def lines_of(wordings: Mapping[str, str | None]) -> bytes:
    """The lines of wordings by fingerprint.  Raises ValueError for a text of another one."""
    found = b""
    for sha256, text in wordings.items():
        line = json.dumps({"sha256": sha256, "text": text}, ensure_ascii=False).encode("utf-8")
        _wording(line)
        found += line + b"\n"
    return found


def superseded(ledger: Ledger) -> dict[str, Superseded]:
    """The fingerprints that were published and that their passages do not have any more."""
    found: dict[str, Superseded] = {}
    for history in ledger.histories.values():
        for each in superseded_of(history, ledger):
            found.setdefault(*each)
    return found


def superseded_of(history: History, ledger: Ledger) -> Iterator[tuple[str, Superseded]]:
    """Yield the superseded fingerprints of one anchor, in the order of their publication."""
    if history.state is State.LIVE and len(history.events) == 1:
        return
    final = ledger.histories[ledger.resolve(history.anchor).final]
    for event in history.events:
        if event.sha256 is not None and event.sha256 != final.sha256:
            yield event.sha256, Superseded(history.anchor, event.line)


def check(kept: Wordings, ledger: Ledger, path: str, of_ledger: str) -> Iterator[Problem]:
    """What is wrong with the wordings at ``path`` beside the ledger at ``of_ledger``."""
    known = {each.sha256 for history in ledger.histories.values() for each in history.events}
    for sha256, line in kept.lines.items():
        if sha256 not in known:
            message = f"the ledger has no fingerprint {short(sha256)}"
            mend = "delete the line: no passage ever said these words"
            yield Problem(path, line, "wording-unknown", message, mend)
    if not kept.is_there:
        return
    for sha256, (anchor, line) in superseded(ledger).items():
        if sha256 not in kept:
            message = f"{anchor} said other words ({short(sha256)}) before, which are not in {path}"
            yield Problem(of_ledger, line, "wording-missing", message, f"run `{RECOVER}`")


def lost(kept: Wordings, ledger: Ledger, before: Iterable[tuple[str, bytes]]) -> Iterator[Problem]:
    """The wordings of earlier versions, each with its name, that are kept no more."""
    needed = superseded(ledger)
    told: set[str] = set()
    for name, data in before:
        for sha256 in parse(data, name)[0].texts:
            if sha256 in needed and sha256 not in kept.texts and sha256 not in told:
                told.add(sha256)
                message = (
                    f"the words {short(sha256)} of {needed[sha256].anchor}, which {name} has, "
                    "are lost"
                )
                yield Problem(WORDINGS, 0, "wording-lost", message, f"run `{RECOVER}`")


# --- Compares texts: the words of two wordings, and the passages of the versions of one text.

# What a revision changed: the words of two texts that stand in one, in the other, or in both.

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


# --- Aligning the passages of versions of one text by what they are cited by, wherever they stand.
#
# ``art. 19(3)(b)``, ``المادة ١٩(٣)(ب)`` and ``第十九条第三款(乙)`` are one place: words
# are taken for what they mean in any language, numbers in any script for the same number.  A
# passage without a locator is aligned by its label, with one of that label which has no locator
# either.

Key = tuple[str, ...]
Passage = TypeVar("Passage")

# What a division is called, in the languages that have catalogues and in many others.
_CALLED = {
    "article": "art arts article articles articulo articulos artikel articolo artigo articol "
    "artikkel artikla artykuł čl članak článek článok madde maddesi modda cikk pants "
    "straipsnis pasal điều ibara kifungu "
    "مادة المادة ماده دفعہ סעיף 条 條 조 статья статьи ст стаття артыкул член "
    "άρθρο अनुच्छेद ধারা অনুচ্ছেদ ข้อ มาตรา հոդված მუხლი አንቀጽ",
    "paragraph": "para paras paragraph paragraphs par paragraphe alinea al parrafo parr abs absatz "
    "lid stk odst ust ustęp punkt pkt fıkra ayat khoản comma momentti bekezdés παράγραφος παρ "
    "فقرة الفقرة بند 款 段 项 項 항 호 пункт абзац п ч часть ¶",
    "section": "sec secs section sections s § seccion abschnitt القسم 节 節 раздел",
    "preamble": "preamble preambule preambulo praambel преамбула الديباجة ديباجة 序言",
    "annex": "annex annexe anexo anhang allegato المرفق الملحق 附件 приложение",
    "chapter": "chapter chapitre capitulo kapitel ch chap الفصل 章 глава гл",
}
# Letters of sub-clauses, in the order of their alphabets.
_LETTERS = ("ابجدهوزحطي", "абвгдежзик", "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉")
_DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "".join([*_DIGITS, *_TENS])
_UNIT = re.compile(rf"[第제]?([{_CHINESE}]+|\d+)(条之|条|條|款|段|项|項|节|節|章|조|항|호)")
_TOKEN = re.compile(rf"\d+|[{_CHINESE}]+(?![^\W\d_])|[^\W\d_]+|[§¶]")


def key(anchor: Anchor, locator: str) -> Key:
    """Return by what a passage is aligned: its locator, or the label that its anchor gives it."""
    return _place(locator) if locator else ("label", anchor.letter, str(anchor.number))


def _place(locator: str) -> Key:
    plain = _UNIT.sub(r" \2 \1 ", _folded(locator))
    tokens = [_MEANING.get(each, each) for each in _TOKEN.findall(plain)]
    tokens = [_number(each) for each in tokens]
    # “art. 19, para. 2” is “art. 19(2)”: only the first word tells of what kind the numbers are.
    at = next((place for place, each in enumerate(tokens) if each.isdecimal()), len(tokens))
    words = [each for each in tokens[:at] if each not in ("paragraph", "article")] or tokens[:at]
    words = words or [each for each in tokens[at:] if each in _MEANINGS]  # “19. madde”
    numbers = [each for each in tokens[at:] if each not in _MEANINGS]
    return *words[:1], *numbers


def _folded(text: str) -> str:
    """Return a text without marks, in lower case."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(each for each in apart if unicodedata.category(each)[0] != "M" and each != "ـ")
    return unicodedata.normalize("NFC", plain)  # whole syllables of Korean


def _number(token: str) -> str:
    if token.isdecimal():
        return str(int(token))
    if all(each in _CHINESE for each in token):
        return str(_chinese(token))
    for letters in _LETTERS if len(token) == 1 else ():
        if token in letters:
            return chr(ord("a") + letters.index(token))
    return token


def _chinese(numeral: str) -> int:
    """Return the value of a Chinese numeral below 10,000: ``二十九``, ``一百零二``, ``一九``."""
    if not any(each in _TENS for each in numeral):
        return int("".join(str(_DIGITS[each]) for each in numeral))
    total = digit = 0
    for each in numeral:
        if each in _TENS:
            total, digit = total + max(digit, 1) * _TENS[each], 0
        else:
            digit = _DIGITS[each]
    return total + digit


_MEANING = {_folded(word): name for name, words in _CALLED.items() for word in words.split()}
_MEANINGS = frozenset(_CALLED)


def aligned(columns: Sequence[Sequence[tuple[Key, Passage]]]) -> list[list[Passage | None]]:
    """Return rows with the passage of each column, or None; each passage stands in one row.

    The order is that of the first column.  What it lacks comes behind what stands before it in the
    column that has it.
    """
    rows: list[Key] = []
    places: list[dict[Key, Passage]] = []
    for column in columns:
        place: dict[Key, Passage] = {}
        at = 0
        for wanted, passage in column:
            own = wanted
            while own in place:  # a locator that a version has twice
                own = (*own, "again")
            place[own] = passage
            if own not in rows:
                rows.insert(at, own)
            at = rows.index(own) + 1
        places.append(place)
    return [[place.get(row) for place in places] for row in rows]
