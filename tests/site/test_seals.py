"""What readers see beside the words of a published passage does not change unnoticed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from archive.commands.workspace import read_archive
from archive.model import Problem
from archive.model.ledger import Event, Kind, serialise
from archive.model.permanence import Beside, check
from archive.site.check import change
from archive.site.know.ledger import LEDGER, descriptions, standings, tombstones
from tests.citing import links
from tests.conftest import build, built, command, copy_root, edit, ledger_of, once, publish

ALPHA, GAMMA = "documents/alpha.md", "documents/gamma.md"
SEAL, RECORD = "seal-altered", "record-altered"

PAGE = """
(gamma-s1)=
## *One* heading

{#gamma-p1}
The society warns[^gamma-a] {cite:p}`one`, the league replies {cite:p}`two`, as [both](https://example.org/both) [say](#alpha-p1), and [was]{.line-through} *not* heard. See {term}`Seed`.

(gamma-p2)=
![A full drawer](drawer.png) and {download}`the table <table.csv>`.

(gamma-p3)=
```{list-table} Drawers
* - One
  - Two
* - Three
  - Four
```

(gamma-p4)=
3. First
4. Second

(gamma-p5)=
:::{figure} drawer.png
:alt: Again the drawer

The drawer in spring.
:::

(gamma-s2)=
## Notes

(gamma-n1)=
:::{admonition} Editor’s note
:class: editors-note
A note {cite:p}`two`.
:::

[^gamma-a]: The footnote says where {cite:p}`three`.
"""  # noqa: E501 - a passage is one line


def _make(folder: Path) -> Path:
    """An archive with all that can stand beside words, published and read."""
    source = copy_root("small", folder)
    head = (source / ALPHA).read_text("utf-8").partition("\n---\n")[0].replace("alpha", "gamma")
    head = head.replace("paragraphs: 3", "paragraphs: 5").replace("Alpha", "Gamma")
    (source / GAMMA).write_text(f"{head}\n---\n{PAGE}", "utf-8")
    (source / "glossary.md").write_text(
        "# Glossary\n\n```{glossary}\nSeed\n  What is sown.\n\nGrain\n  What is reaped.\n```\n"
    )
    edit(source, "index.md", ("references", "references\nglossary"))
    _picture(source, "white")
    (source / "documents" / "table.csv").write_text("a,b\n")
    one = (source / "references.bib").read_text("utf-8")
    two = one.replace("{one", "{two").replace("{One}", "{Two}")
    three = one.replace("{one", "{three").replace("{One}", "{Three}")
    (source / "references.bib").write_text(f"{one}\n{two}\n{three}", "utf-8")
    publish(source)
    assert _problems(source) == []
    return source


def _picture(source: Path, colour: str) -> None:
    Image.new("RGB", (2, 2), colour).save(source / "documents" / "drawer.png")


def _problems(source: Path) -> list[Problem]:
    domain, _ = read_archive(source, quiet=True)
    facts = standings(domain), tombstones(domain)
    beside = Beside(descriptions(domain, domain.ledger), partial(change, domain, iter(range(9))))
    return [*domain.ledger_problems, *check(domain.ledger, *facts, LEDGER, beside)]


@pytest.fixture
def sealed(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = once(tmp_path_factory, "seals", _make)
    return Path(shutil.copytree(made, tmp_path / "archive"))


def _text(name: str, *changes: tuple[str, str]) -> Callable[[Path], None]:
    return lambda source: edit(source, name, *changes)


def _of_gamma(old: str, new: str) -> Callable[[Path], None]:
    return _text(GAMMA, (old, new))


def _of_work(old: str, new: str) -> Callable[[Path], None]:
    """Change the second work, which P1 and N1 cite."""

    def change(source: Path) -> None:
        path = source / "references.bib"
        first, second, rest = path.read_text("utf-8").partition("@online{two")
        assert old in rest
        path.write_text(first + second + rest.replace(old, new, 1), "utf-8")

    return change


RETRACTED = "```{rubric} All of this was later retracted.\n```"
ALTERATIONS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "citations swapped": (
        _text(GAMMA, ("{cite:p}`one`, the league replies {cite:p}`two`",
                      "{cite:p}`two`, the league replies {cite:p}`one`")), {"p1"}),
    "a citation taken away": (_of_gamma(" {cite:p}`three`.", "."), {"p1"}),
    "a citation added": (_of_gamma("Second", "Second {cite:p}`one`"), {"p4"}),
    "a page cited": (_of_gamma("{cite:p}`one`,", "{cite:p}`one{p. 3}`,"), {"p1"}),
    "the work cited": (_of_work("{Two}", "{Otherwise}"), {"p1", "n1"}),
    "the address of a work": (_of_work("example.org/one", "example.org/other"), {"p1", "n1"}),
    "its author": (_of_work("{{First Institute}}", "{{Second Institute}}"), {"p1", "n1"}),
    "a footnote's words": (_of_gamma("The footnote says where", "The footnote denies"), {"p1"}),
    "a footnote's citation": (_of_gamma("{cite:p}`three`", "{cite:p}`one`"), {"p1"}),
    "a footnote taken away": (_of_gamma("warns[^gamma-a]", "warns"), {"p1", RECORD}),
    "a link's address": (_of_gamma("example.org/both", "example.org/neither"), {"p1"}),
    "a link's anchor": (_of_gamma("[say](#alpha-p1)", "[say](#alpha-p3)"), {"p1"}),
    "a term's entry": (_of_gamma("{term}`Seed`", "{term}`Seed <Grain>`"), {"p1"}),
    "words struck through": (_of_gamma("*not*", "[not]{.line-through}"), {"p1"}),
    "words no longer struck": (_of_gamma("[was]{.line-through}", "was"), {"p1"}),
    "emphasis": (_of_gamma("*One* heading", "One *heading*"), {"s1"}),
    "a passage hidden": (_of_gamma("{#gamma-p1}", "{#gamma-p1 .hidden}"), {"p1"}),
    "a note's box": (_of_gamma(":class: editors-note", ":class: hidden"), {"n1"}),
    "image bytes": (lambda source: _picture(source, "black"), {"p2", "p5"}),
    "alternative text": (_of_gamma("![A full drawer]", "![An empty drawer]"), {"p2"}),
    "the bytes of a download": (
        lambda source: (source / "documents" / "table.csv").write_text("b,a\n"), {"p2"}),
    "a heading for a table's rows": (
        _of_gamma("} Drawers\n", "} Drawers\n:header-rows: 1\n"), {"p3"}),
    "the numbers of a list": (_of_gamma("3. First\n4. Second", "7. First\n8. Second"), {"p4"}),
    "the level of a heading": (_of_gamma("## Notes", "### Notes"), {"s2"}),
    "a figure's text": (_of_gamma(":alt: Again the drawer", ":alt: A forgery"), {"p5"}),
    "a rubric": (
        _of_gamma("(gamma-p2)=", f"{RETRACTED}\n\n(gamma-p2)="), {RECORD}),
    "a rule": (_of_gamma("(gamma-p3)=", "---\n\n(gamma-p3)="), {RECORD}),
    "the title": (_of_gamma("title: The gamma letter", "title: The forged letter"), {RECORD}),
    "the issuer": (_of_gamma("issuer: First", "issuer: Second"), {RECORD}),
    "the date": (_of_gamma("date: 2020-02-03", "date: 2020-02-04"), {RECORD}),
    "the status": (_of_gamma("status: issued", "status: adopted"), {RECORD}),
    "a note on the record": (
        _of_gamma("status: issued", "status: issued\nstatus-note: Retracted."), {RECORD}),
    "the language": (_of_gamma("language: en", "language: fr"), {RECORD}),
    "the rights": (_of_gamma("rights: Free.", "rights: None."), {RECORD}),
    "the order of passages": (
        _text(GAMMA, ("(gamma-p4)=\n3. First\n4. Second\n\n", ""),
              ("(gamma-p3)=", "(gamma-p4)=\n3. First\n4. Second\n\n(gamma-p3)=")), {RECORD}),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERATIONS)
def test_what_stands_beside_published_words_does_not_change_unnoticed(sealed: Path, what: str):
    change, told = ALTERATIONS[what]
    change(sealed)
    found = _problems(sealed)
    expected = {(RECORD, GAMMA)} if RECORD in told else set()
    expected |= {(SEAL, f"gamma-{each}") for each in told if each != RECORD}
    names = {
        (each.rule, each.path if each.rule == RECORD else each.message.split()[0])
        for each in found
    }  # fmt: skip
    assert names == expected
    assert all("make publish" in each.mend for each in found)


UNALTERED = {
    "lines are broken otherwise": _of_gamma("The society warns", "The society\nwarns"),
    "a footnote is renamed": _text(GAMMA, ("[^gamma-a] ", "[^gamma-z] "),
                                   ("[^gamma-a]:", "[^gamma-z]:")),
    "a comment": _of_gamma("(gamma-p2)=", "% Not shown.\n\n(gamma-p2)="),
    "a field that no reader sees": _of_work("title =", "keywords = {x},\n  title ="),
    "a work that nothing cites": lambda source: (source / "references.bib").write_text(
        (source / "references.bib").read_text("utf-8") + "\n@online{four, title = {Four}}\n"),
    "a passage that is not published yet": _text(
        GAMMA, ("(gamma-p2)=", "(gamma-p9)=\nNew.\n\n(gamma-p2)="),
        ("paragraphs: 5", "paragraphs: 6")),
    "a move that is not published yet": _of_gamma("(gamma-p4)=", "(gamma-p4)=\n(gamma-p9)="),
    "a withdrawal that is not published yet": _of_gamma(
        "(gamma-p4)=\n3. First\n4. Second", "(gamma-p4)=\n:::{withdrawn}\nWhy.\n:::"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNALTERED)
def test_what_changes_nothing_that_was_published_is_not_told(sealed: Path, what: str):
    UNALTERED[what](sealed)
    assert _problems(sealed) == []
    publish(sealed)
    assert _problems(sealed) == []


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        (_of_gamma("(gamma-p2)=", f"{RETRACTED}\n\n(gamma-p2)="),
         "a rubric was added: “All of this was later retracted.”"),
        (_of_gamma("status: issued", "status: adopted"), "the status was “issued”"),
        (_of_gamma("rights: Free.", "rights: Free.\ncollection: Forged"),
         "collection was added: “Forged”"),
        (_of_gamma("{cite:p}`one`,", "{cite:p}`three`,"), "a citation of three was one of one"),
        (_of_gamma("{#gamma-p1}", "{#gamma-p1 .hidden}"),
         "the class of a paragraph was added: “hidden”"),
        (_of_gamma("Second", "[Second](https://example.org/x)"), "other notes, links"),
    ],
)  # fmt: skip
def test_a_change_is_told_as_far_as_it_can_be_known(sealed: Path, edited, said: str):
    edited(sealed)
    [problem] = _problems(sealed)
    assert said in problem.message


def test_a_figure_with_a_caption_has_its_anchor_and_its_caption_are_words_of_it(sealed: Path):
    edit(sealed, GAMMA, ("The drawer in spring.", "The drawer in winter."))
    [problem] = _problems(sealed)
    assert (problem.rule, problem.message.split()[0]) == ("anchor-altered", "gamma-p5")


def test_an_amendment_is_published_and_told_as_what_it_is(sealed: Path):
    edit(
        sealed, GAMMA, ("{cite:p}`one`,", "{cite:p}`three`,"), ("status: issued", "status: adopted")
    )
    said = publish(sealed)
    assert "Amended (1):\n  gamma-p1" in said
    assert "Described (1):\n  gamma" in said
    assert _problems(sealed) == []
    history = ledger_of(sealed)["gamma-p1"]
    assert [event.kind for event in history.events] == [Kind.PUBLISH, Kind.AMEND]
    site = built(sealed)
    (link,) = links(site.page("documents/gamma.html"), "gamma-p1")
    assert re.fullmatch("Amended .* · Cite", link.get_text())
    assert "The words stayed" in site.citing("gamma-p1").get_text()
    feed = BeautifulSoup((site.site / "atom.xml").read_text("utf-8"), "xml")
    titles = [entry.title.get_text() for entry in feed.find_all("entry")]
    assert "Amended: Gamma letter, paragraph 1" in titles
    assert "Changed: The gamma letter" in titles
    made = site.page("documents/gamma.made.html").get_text()
    assert "P1: Amended" in made
    cited = command(sealed, "verify-citation", "gamma-p1", "--date", "2026-01-01").stdout
    assert "first published" in cited
    assert "changed on" in command(sealed, "verify-citation", "gamma-p1").stdout


def test_a_ledger_of_before_seals_is_adopted_by_publishing(sealed: Path):
    events = [
        Event("2026-11-22", Kind.PUBLISH, each.anchor, sha256=each.sha256)
        for each in ledger_of(sealed).values()
    ]
    old = "".join(serialise(event) + "\n" for event in events)
    (sealed / LEDGER).write_text(old, "utf-8")
    (sealed / "ledger.head").unlink()
    edit(sealed, GAMMA, ("status: issued", "status: adopted"))
    count = len(events) + 3  # and a seal of each document
    checked = command(sealed, "check")
    assert (checked.returncode, f"({count} first seals)" in checked.stdout) == (0, True)
    released = command(sealed, "check", "--release")
    assert (released.returncode, released.stderr.count("[anchor-unsealed]")) == (1, count)
    assert f"notice: {count} passages and documents are not sealed yet" in build(sealed).output
    publish(sealed)
    after = (sealed / LEDGER).read_text("utf-8")
    assert after.startswith(old)
    added = [json.loads(line)["event"] for line in after.removeprefix(old).splitlines()]
    assert added == ["amend"] * len(events) + ["describe"] * 3
    assert "[anchor-unsealed]" not in command(sealed, "check", "--release").stderr
    site = built(sealed)
    (link,) = links(site.page("documents/gamma.html"), "gamma-p1")
    assert link.get_text() == "Cite"
    assert "Nothing changed" in site.citing("gamma-p1").get_text()
    answer = command(sealed, "verify-citation", "gamma-p1", "--date", "2026-11-23")
    assert (answer.returncode, "changed" in answer.stdout) == (0, False)
