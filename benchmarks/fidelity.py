"""Measures the check of documents against their sources in growing archives, in CPU seconds.

Run from the archive's root: ``python -m benchmarks.fidelity``.  Every document has ten passages of
about eighty words, one quotation, one name, one number and one date each, and five endnotes.
"""

from __future__ import annotations

import gc
import hashlib
import random
import sys
import time
from math import log

from archive.fidelity import examine
from archive.fidelity.attestation import attest, serialise
from archive.fidelity.completeness import find_numbers
from archive.fidelity.holding import Holding, PassageText, Work
from archive.fidelity.words import Names
from archive.model.dates import MONTHS, ArchiveDate
from archive.model.kinds import KINDS
from archive.model.record import Record, Source

DOCUMENTS = (250, 500, 1_000)
PASSAGES, WORDS, ENDNOTES = 10, 80, 5
GLOSSARY = 1_000
GOAL = 10.0  # CPU seconds for the largest archive

_SYLLABLES = [c + v for c in "bcdfgklmnprstvz" for v in "aeiou"]


def vocabulary(dice: random.Random) -> list[str]:
    words = ["".join(dice.choices(_SYLLABLES, k=dice.choice((1, 2, 3)))) for _ in range(20_000)]
    return [word for word in words if not find_numbers(word)]  # “nine” is among them


def corpus(documents: int) -> list[Holding]:
    """Documents that are faithful to their sources: reworded and reordered, with all facts."""
    dice = random.Random(documents)
    known = vocabulary(dice)
    people = [f"{first.title()} {last.title()}" for first, last in zip(known, known[GLOSSARY:])]
    names = Names(tuple((name,) for name in people[:GLOSSARY]))
    return [holding(number, known, people, names, dice) for number in range(documents)]


def holding(
    number: int, known: list[str], people: list[str], names: Names, dice: random.Random
) -> Holding:
    identity = f"document-{number}"
    path = f"documents/{identity}.md"
    paragraphs, passages, works = [], [], {}
    for place in range(1, PASSAGES + 1):
        words = dice.choices(known, k=WORDS)
        quotation = " ".join(words[30:42])
        day, month, year = dice.randint(1, 28), dice.choice(MONTHS), dice.randint(1900, 2030)
        count, name = dice.randint(20, 900), dice.choice(people[:GLOSSARY])
        paragraph = (
            f"It {' '.join(words[:30])} on {month} {day}, {year}, and “{quotation}” by {name} and "
            f"more than {count} {' '.join(words[42:])}."
        )
        said = dice.sample(words[:30] + words[42:], k=WORDS - 20)
        passages.append(PassageText(
            f"{identity}-p{place}",
            f"They say that over {count} {' '.join(said[:30])}, and {name} on {day} {month} {year} "
            f"{' '.join(said[30:])}: “{quotation}”.",
            path, 20 + 2 * place, (f"work-{place}",) if place <= ENDNOTES else (),
        ))  # fmt: skip
        if place <= ENDNOTES:
            title, url = " ".join(words[:8]).title(), f"https://example.org/{number}/{place}"
            works[f"work-{place}"] = Work(f"work-{place}", title, url)
            paragraph += f'[endnoteRef:{place}] [{place}: {name}. "{title}". {url}]'
        paragraphs.append(paragraph)
    source = "\n\n".join(paragraphs).encode()
    return Holding(
        record=_record(identity, source), passages=tuple(passages), source=source,
        source_path=f"{identity}.txt", works=works, names=names,
    )  # fmt: skip


def _record(identity: str, source: bytes) -> Record:
    return Record(
        id=identity, title=identity, short_title=identity, issuer="Issuer", kind=KINDS["letter"],
        date=ArchiveDate("2021"), language="en", subjects=("Tests",),
        source=Source(None, None, None, PASSAGES, hashlib.sha256(source).hexdigest()),
        rights="Free.", status="issued",
    )  # fmt: skip


def measure(holdings: list[Holding]) -> tuple[float, float]:
    """CPU seconds of checking and of attesting."""
    before = time.process_time()
    done = [examine(each) for each in holdings]
    between = time.process_time()
    problems = [problem for each in done for problem in each.problems]
    if problems:
        raise AssertionError(f"the corpus is faithful, and yet: {problems[0]}")
    if any(len(serialise(attest(each))) < 1_000 for each in done):
        raise AssertionError("an attestation is too short")
    return between - before, time.process_time() - between


def main() -> int:
    """Print the table and a summary line; return 1 where the goal was missed."""
    print("documents     words    check   attest   (CPU seconds, best of 2)")
    times: list[tuple[int, float]] = []
    for documents in DOCUMENTS:
        holdings = corpus(documents)
        words = sum(len(each.source.split()) for each in holdings)
        gc.collect()
        gc.freeze()  # the corpus is not what is measured
        checking, attesting = min(measure(holdings) for _ in range(2))
        times.append((documents, checking))
        print(f"{documents:>9,} {words:>9,} {checking:>8.2f} {attesting:>8.2f}")
    (few, short_time), *_, (many, long_time) = times
    exponent = log(long_time / short_time) / log(many / few)
    good = long_time < GOAL
    print(
        f"growth: documents to the power of {exponent:.2f}; "
        f"{'within' if good else 'over'} the goal of {GOAL:.0f} CPU seconds"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
