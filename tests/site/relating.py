"""An archive with documents that are related, and with letters that quote and repeat others."""

from __future__ import annotations

from hashlib import sha256

from tests.conftest import built, command, copy_root, edit, once, publish

JUDGMENT = """\
---
id: gamma
title: Harbour Board v Doe
short-title: Gamma judgment
agents:
  - body: High Court of Isles
    role: court
  - person: Roe, Ruth
    role: judge
    authority: https://www.wikidata.org/wiki/Q4242
  - body: Harbour Board
    role: claimant
  - person: Doe, Jane
    role: defendant
  - person: Doe, John
    role: defendant
kind: judgment
date: 2021-03-04
neutral-citation: "[2021] HCI 12"
docket: HC/77/2020
decided: 2021-03-04
language: en
subjects:
  - Tests
extent:
  held: paragraphs 1 and 40
  lacking: paragraphs 2 to 39
  reason: The court published only these.
relations:
  - replies-to: alpha-p1
  - quotes: one
  - supersedes: beta
source:
  publisher: unknown
  title: unknown
  address: unknown
  sha256: 2222222222222222222222222222222222222222222222222222222222222222
  paragraphs: 2
rights: Free.
status: issued
---

(gamma-p1)=
The first paragraph.

:::{not-held} paragraphs 2 to 39
:::

(gamma-p40)=
The fortieth.
"""
ANNEX = JUDGMENT.replace("gamma", "delta").replace("title: Harbour Board v Doe", "title: Schedule")
ANNEX = ANNEX.replace("Gamma judgment", "Delta schedule").replace("date: 2021-", "date: 2022-")
ANNEX = ANNEX.partition("relations:\n")[0] + "relations:\n  - annex-of: gamma\nsource:\n" + (
    ANNEX.partition("source:\n")[2]
)  # fmt: skip


WELLS = """\
# The closed wells

How they were closed is told in [](#vale-p1).

```{subject}
```

```{subjects}
```
"""


def add_documents(folder):
    source = copy_root("small", folder)
    (source / "documents/gamma.md").write_text(JUDGMENT, "utf-8")
    (source / "documents/delta.md").write_text(ANNEX, "utf-8")
    (source / "map.md").write_text("# Map\n\n```{archive-map}\n```\n", "utf-8")
    edit(source, "index.md", ("documents/index\n", "documents/index\nmap\n"))
    return source


PROVERB = "Nobody fills a bucket from a locked book, as the old saying of the upper farms has"
SOURCES = {
    "hill": "The Hill keepers hold that a closed well is a grave loss to the villages’ gardens."
    f"\n\n{PROVERB} always put it.\n",
    "vale": 'The Vale council says that the Hill keepers call it "a grave loss" to "the village '
    'gardens", and "never a sea".\n\nIt quotes the First Institute: "water for all".'
    f"\n\n{PROVERB} it.\n",
}
PASSAGES = {
    "hill": ["A well that is shut is called a serious loss by the keepers of the Hill.",
             "What is in a book that is locked gives no water, says the proverb of the farms."],
    "vale": ["The council of the Vale says that in the words of the Hill keepers it is “a grave "
             "loss” for “the village gardens”, and “never a sea”.",
             "The First Institute has said “water for all”.",
             "No water comes out of a locked book, says the proverb of the farms."],
}  # fmt: skip
RELATIONS = """\
relations:
  - p1 quotes: hill-p1
  - p2 quotes: one
  - p3 repeats: hill-p2
"""
DOCUMENT = """\
---
id: {id}
title: The {id} letter
short-title: {name} letter
issuer: {name} council
kind: letter
date: {date}
language: en
subjects:
  - Wells
{relations}source:
  publisher: unknown
  title: unknown
  address: unknown
  sha256: {sha256}
  paragraphs: {count}
rights: Free.
status: issued
---
{passages}"""


def write(source, folder):
    """Write two letters, of which one quotes and repeats the other, with their sources."""
    folder.mkdir()
    for id_, text in SOURCES.items():
        said = (f"\n({id_}-p{n})=\n{words}\n" for n, words in enumerate(PASSAGES[id_], start=1))
        (folder / f"{id_}.txt").write_text(text, "utf-8")
        (source / f"documents/{id_}.md").write_text(DOCUMENT.format(
            id=id_, name=id_.title(), relations=RELATIONS * (id_ == "vale"),
            date="2020-04-01" if id_ == "hill" else "2021-04-01",
            sha256=sha256(text.encode()).hexdigest(), count=len(PASSAGES[id_]),
            passages="".join(said),
        ), "utf-8")  # fmt: skip


def verify(source, *words):
    return command(source, "verify-sources", *words, "--sources", "../sources")


def related_site(factory):
    """A small archive with a judgment and its annex, and two letters, which are attested."""

    def make(folder):
        source = add_documents(folder)
        write(source, folder.parent / "sources")
        (source / "subjects").mkdir()
        (source / "subjects/wells.md").write_text(WELLS, "utf-8")
        done = verify(source, "hill", "vale")
        assert done.returncode == 0, done.stderr
        told = "4 origins of quotations: 1 differing, 1 exact, 1 not-found, 1 not-held"
        assert told in done.stdout
        publish(source)
        built(source, builder="pdf")
        return built(source)

    return once(factory, "related", make)
