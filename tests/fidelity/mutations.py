"""Ways in which a faithful document is made unfaithful, each with the rule that it breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from archive.fidelity import examine
from archive.fidelity.completeness import find_numbers
from archive.fidelity.holding import Holding
from archive.fidelity.languages import find_dates
from archive.fidelity.quotations import find_quotations
from archive.fidelity.words import WORD, Named, bare_words, tidy
from archive.model.passage import normalise
from tests.fidelity.synthetic import with_cites, with_text

Mutation = tuple[str, str, Holding]  # the rule it breaks, what was done, the document after it


def rules(held: Holding) -> list[str]:
    """The rules that a document breaks."""
    return [problem.rule for problem in examine(held).problems]


def missed(made: Iterable[Mutation]) -> list[tuple[str, str]]:
    """Those that the check does not find, or under another rule."""
    return [(rule, done) for rule, done, held in made if rule not in rules(held)]


def mutations(held: Holding) -> Iterator[Mutation]:
    yield from dropped(held)
    yield from swapped(held)
    yield from altered_quotations(held)
    yield from changed_numbers_and_dates(held)
    yield from added_numbers(held)
    yield from changed_names(held)
    yield from copied_sentences(held)
    yield from misplaced_endnotes(held)
    yield from altered_bytes(held)


def dropped(held: Holding) -> Iterator[Mutation]:
    for place, passage in enumerate(held.passages):
        rest = held.passages[:place] + held.passages[place + 1 :]
        yield "paragraph-count", f"drop {passage.labels[0]}", replace(held, passages=rest)


def swapped(held: Holding) -> Iterator[Mutation]:
    for one, other in combinations(range(len(held.passages)), 2):
        texts = [held.passages[other].text, held.passages[one].text]
        labels = f"{held.passages[one].labels[0]} and {held.passages[other].labels[0]}"
        words_alone = with_text(with_text(held, one, texts[0]), other, texts[1])
        yield "passage-order", f"swap the words of {labels}", words_alone
        blocks = list(held.passages)
        blocks[one], blocks[other] = blocks[other], blocks[one]
        yield "passage-order", f"swap {labels}", replace(held, passages=tuple(blocks))


def altered_quotations(held: Holding) -> Iterator[Mutation]:
    for place, passage in enumerate(held.passages):
        text = tidy(passage.text)
        for quotation in find_quotations(text).quotations:
            for word in WORD.finditer(quotation.text):
                start = quotation.span.start + word.start()
                end = quotation.span.start + word.end()
                done = f"{passage.labels[0]}: alter “{word[0]}” in “{quotation.text}”"
                yield (
                    "quotation-not-in-source", done,
                    with_text(held, place, text[:start] + "otherwise" + text[end:]),
                )  # fmt: skip


def changed_numbers_and_dates(held: Holding) -> Iterator[Mutation]:
    for place, paragraph in enumerate(examine(held).source.paragraphs):
        text = held.passages[place].text
        dates, undated = find_dates(normalise(paragraph.text))
        said_dates, _ = find_dates(text)
        said_numbers = find_numbers(text)
        for rule, wanted, said in (
            ("date-missing", dates, said_dates),
            ("number-missing", find_numbers(undated), said_numbers),
        ):
            for key in wanted:
                words = said[key]
                for changed in dict.fromkeys((_next(words), "some")):
                    if changed == words:
                        continue  # “two” has no digit to change
                    done = f"p{place + 1}: {words} becomes {changed}"
                    yield rule, done, with_text(held, place, text.replace(words, changed))


def added_numbers(held: Holding) -> Iterator[Mutation]:
    for place, passage in enumerate(held.passages):
        for words in ("2891", "8.7 %", "nineteen thousand"):
            done = f"{passage.labels[0]}: add {words}"
            yield "number-added", done, with_text(held, place, f"{passage.text} It was {words}.")


def _next(words: str) -> str:
    return re.sub(r"\d\b", lambda digit: str((int(digit[0]) + 1) % 10), words, count=1)


def changed_names(held: Holding) -> Iterator[Mutation]:
    several = (form for forms in held.names.groups if len(forms) > 1 for form in forms)
    replaceable = {word for form in several for word in bare_words(form)}
    for place, paragraph in enumerate(examine(held).source.paragraphs):
        passage = held.passages[place]
        capitalised = Named(find_dates(normalise(paragraph.text))[1]).capitalised
        for word in sorted(capitalised & set(bare_words(passage.text))):
            if word in replaceable or re.fullmatch(r"[A-Z]+", word):
                continue  # another form of the name may stand beside it
            text = re.sub(rf"\b{word}\b", "Somebody", passage.text)
            yield "name-missing", f"{passage.labels[0]}: drop {word}", with_text(held, place, text)


def copied_sentences(held: Holding) -> Iterator[Mutation]:
    for place, paragraph in enumerate(examine(held).source.paragraphs):
        passage = held.passages[place]
        for sentence in re.split(r"(?<=[.;,])\s", paragraph.text):
            plain = re.sub(r"[“”\"]", "", sentence)
            if len(re.findall(r"\b[a-z]+\b", plain)) > 9:
                done = f"{passage.labels[0]}: copy “{plain[:40]}…”"
                yield "copied-run", done, with_text(held, place, f"{passage.text} {plain}")


def misplaced_endnotes(held: Holding) -> Iterator[Mutation]:
    citing = [place for place, passage in enumerate(held.passages) if passage.cites]
    for place in citing:
        there = (place + 1) % len(held.passages)
        keys = held.passages[place].cites
        moved = with_cites(held, {place: (), there: (*held.passages[there].cites, *keys)})
        yield "endnote-uncited", f"cite {keys} at the next passage", moved
        yield "endnote-uncited", f"cite {keys} no more", with_cites(held, {place: ()})
    for one, other in combinations(citing, 2):
        keys = (held.passages[one].cites, held.passages[other].cites)
        yield "endnote-uncited", f"swap {keys}", with_cites(held, {one: keys[1], other: keys[0]})


def altered_bytes(held: Holding) -> Iterator[Mutation]:
    for place in range(0, len(held.source), max(1, len(held.source) // 40)):
        data = bytearray(held.source)
        data[place] ^= 1
        yield "source-sha256", f"alter byte {place}", replace(held, source=bytes(data))
