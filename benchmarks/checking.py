"""Measures the check of a long text against a large archive, and its index.

``python -m benchmarks.checking [DOCUMENTS]``, or ``make prove WHAT=checking``: makes the data of
10,000 documents of 800 words, as natural texts repeat words (Zipf, 1949), and a text of 200 pages
with 300 quotations: 200 beside their addresses, of 80 documents, 60 without, of 60 others, and 40
of nothing in the archive; every fifth is misquoted by a word.  It prints the CPU seconds of the
index and of the check, and what a browser that asks for the same files would load, packed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import accumulate
from pathlib import Path

from archive.checking.copy import Copy
from archive.checking.engine import check
from archive.checking.index import update

_BASE = "https://archive.example/"
_PASSAGES = 10  # of a document
_PARAGRAPH = 330  # words of the text around each quotation
_CITED, _UNCITED, _OUTSIDE = 200, 60, 40  # quotations
GOALS = {"check": 5.0, "loaded": 2_000_000}  # CPU seconds, bytes
_SYLLABLES = "ba re ti on ka mo lu se pri tan ver ol im ex con du fa gri hel jus".split()  # noqa: SIM905


class Words:
    """Words of a made-up language, the frequent ones first."""

    def __init__(self, chance: random.Random, count: int = 40_000) -> None:
        made = (
            "".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(2 * count)
        )
        self._words = [*dict.fromkeys(made)][:count]
        self._weights = [*accumulate(1 / (rank + 2.7) for rank in range(len(self._words)))]
        self._chance = chance

    def some(self, count: int) -> list[str]:
        """So many words, as often as each is."""
        return self._chance.choices(self._words, cum_weights=self._weights, k=count)


def write(site: Path, count: int, words: Words) -> list[list[str]]:
    """Write the data of documents; return the texts of the passages of each."""
    (site / "documents").mkdir(parents=True)
    texts = []
    for number in range(count):
        id_ = f"letter-{number:05d}"
        said = [f"{' '.join(words.some(84))}." for _ in range(_PASSAGES)]
        texts.append(said)
        title = f"Letter {number} of the office"
        passages = [_passage(f"{id_}-p{at}", title, text) for at, text in enumerate(said, start=1)]
        document = {
            "id": id_, "title": f"{title} of lamps", "short_title": title, "language": "en",
            "cite": {
                "author": [{"literal": f"Office {number % 300}"}],
                "issued": {"date-parts": [[1950 + number % 70]]},
            },
        }  # fmt: skip
        data = {"document": document, "passages": passages}
        (site / f"documents/{id_}.passages.json").write_text(json.dumps(data), "utf-8")
    return texts


def _passage(anchor: str, title: str, text: str) -> dict[str, object]:
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    history = [{"date": "2026-01-01", "event": "publish", "sha256": sha256}]
    name = f"{title}, paragraph {anchor.rpartition('p')[2]}"
    return {"anchor": anchor, "name": name, "text": text, "sha256": sha256, "history": history}


def composed(texts: list[list[str]], words: Words, chance: random.Random) -> str:
    """A text of about 200 pages with its quotations."""
    documents = chance.sample(range(len(texts)), 140)
    paragraphs = []
    for number in range(_CITED + _UNCITED):
        is_cited = number < _CITED
        document = documents[number % 80] if is_cited else documents[80 + (number - _CITED) % 60]
        passage = chance.randrange(_PASSAGES)
        said = texts[document][passage].split()
        begin = chance.randrange(len(said) - 35)
        quoted = said[begin : begin + chance.randint(10, 35)]
        if number % 5 == 0:
            quoted[len(quoted) // 2] = "otherwise"
        id_ = f"letter-{document:05d}"
        where = f" ({_BASE}documents/{id_}.html#{id_}-p{passage + 1})" if is_cited else ""
        paragraphs.append(_around(f"“{' '.join(quoted)}”{where}", words))
    outside = (words.some(chance.randint(10, 30)) for _ in range(_OUTSIDE))
    paragraphs += (_around(f"“{' '.join(said)}”", words) for said in outside)
    return "\n\n".join(paragraphs)


def _around(quotation: str, words: Words) -> str:
    before, after = words.some(_PARAGRAPH // 2), words.some(_PARAGRAPH // 2)
    return f"{' '.join(before)} {quotation}. {' '.join(after)}"


def main(count: int = 10_000) -> int:
    """Measure; return 1 where a goal is missed."""
    chance = random.Random(1)
    words = Words(chance)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        texts = write(site, count, words)
        begin = time.process_time()
        update(site, Path(folder, "kept"), "Archive", _BASE)
        print(f"index of {count} documents: {time.process_time() - begin:.1f} CPU s")
        text = composed(texts, words, chance)
        begin = time.process_time()
        copy = Copy(site)
        found = check(text, copy)
        seconds = time.process_time() - begin
        loaded = sum(len(gzip.compress(path.read_bytes(), 9)) for path in copy.read)
    print(f"check of {len(text.split())} words: {seconds:.1f} CPU s, {len(copy.read)} files, "
          f"{loaded / 1e6:.2f} MB packed")  # fmt: skip
    print(*(f"  {kind} {state}: {number}" for (kind, state), number in sorted(
        Counter((each.kind, each.state.value) for each in found).items())), sep="\n")  # fmt: skip
    return int(seconds > GOALS["check"] or loaded > GOALS["loaded"])


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
