"""What a ledger alone convicts in the forms of one document, its seals included.

The manifest was made anew, so that only the ledger speaks.  Each row of ``DAMAGES`` changes one
file.  Random damages replace a letter, take some out or put a word in, anywhere in a file; each is
found, told as not checked, or of a kind in ``UNPROVED``, which says why no line covers it.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest

from archive.checking.index import row_of, script_of
from archive.citation.records import unfolded
from archive.model.glyphs import letters_of
from archive.model.proof import Checkpoint
from archive.model.tree import Tree
from archive.model.words import words
from archive.preservation.expected import AtHand
from archive.preservation.folder import check_folder
from archive.preservation.manifest import UNCOVERED, uncovered
from archive.preservation.pages import shipped_scripts
from archive.preservation.proof import Proof
from tests.conftest import ROOT, command, copy_root, once, publish, sealed
from tests.proofs import in_first_form
from tests.proving import proved

COUNT = 2_000 if os.environ.get("ARCHIVE_LONG") else 60
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

PAGE, SOURCE, PDF = (f"documents/kitchen.{form}" for form in ("html", "md", "pdf"))
PLAIN_PDF, CHARTER_PDF = "documents/plain.pdf", "documents/charter.pdf"
LETTER, LETTER_PDF = "documents/letter.html", "documents/letter.pdf"
SAY = words("ar")  # the archive's own language
PLAIN, BOOK, DATA = "documents/plain.html", "archive.epub", "documents/kitchen.proof.json"
MADE = "documents/kitchen.made.html"
CHAPTER = "documents/kitchen.xhtml"
LISTED, TEXT = "documents/kitchen.passages.json", "documents/kitchen.txt"
FIELD, MYST = "documents/statute.html", "documents/statute.md"
FIELD_PDF = "documents/statute.pdf"
STACKED = "z̯̯͡"  # what a letter's glyphs say that is first printed with its marks
MATH = "```{math}\n:label: circle\n\\1\n```"
MORE = """The last words.

A [file](dot.png), {download}`the dot <dot.png>`, {doc}`plain`, [the plain one](plain.md),
{ref}`about-policy`, <mailto:a@example.org> and {term}`First Institute`.

{.language-de}
Ein Absatz.

```{image} dot.png
:alt: A dot
:width: 4%
```
"""

# What documents of the field have: numbers of their own, parts, agents, relations, gaps.
STATUTE = """---
id: statute
title: The pilots’ statute
short-title: Pilots’ statute
agents:
  - body: Harbour Court
    role: court
  - person: Example, Ann
    role: [author, judge]
    authority: https://www.wikidata.org/wiki/Q42
relations:
  - annex-of: kitchen
  - quotes: plain-p2
  - replies-to: two
kind: statute
date: 2019-04-02
language: en
status: issued
subjects:
  - Tests
extent:
  held: articles 1 and 3
  lacking: article 2
  reason: The sheet is torn.
source:
  publisher: unknown
  title: unknown
  address: unknown
  sha256: 0000000000000000000000000000000000000000000000000000000000000000
  paragraphs: 9
rights: Free for all.
---

(statute-p1)=
{locator="art. 1"}
Pilots keep two lamps.[^statute-f1]

(statute-p2)=
{locator="art. 1(a)" within=p1}
The first is green;\\
the second is ~~blue~~ red.

```{not-held} article 2
```

(statute-p3)=
{locator="art. 3"}
{speaker}`The Chair` Who pays? {redacted}`two names` See {cite:p}`one`.

(statute-p4)=
{style="(a)"}
1. first limb;
2. second limb.

(statute-s1)=
{locator="Annex I" numbering=anew}
## The first annex

(statute-p5)=
{locator="[1]"}
The annex begins as [](#statute-p2) does.

(statute-t1)=
```{table} Lamps by quay
| Quay | Lamps |
| ---- | ----- |
| Lark | two   |
```

(statute-p7)=
{locator="[2]"}
“Both lamps” of z̯̯͡a̧͎̺l̡͓̫g̹̲o̡̼̘ and z̯ say “” and `#ℙƴ☂ℌøἤ|b̆̅`.

(statute-p8)=
{locator="[3]"}
Lamp
:   It is lit.

    :::{note}
    By day it is not.
    :::

(statute-p9)=
{locator="[4]"}
:::{figure} dot.png
:alt: A dot of light

A dot of light.[^lit]

[^lit]: Noted within the figure.
:::

(statute-p6)=
````{signatories} Unions
- (statute-g1)=
  Union of Pilots
- (statute-g2)=
  Union of Keepers
````

[^statute-f1]: Neither is lit by day.
"""

# What lines from right to left have: it is printed first, so that brackets are turned round in its
# glyphs; numbers and Latin words between signs, marks at two heights, and a proof in its language.
CHARTER = """---
id: charter
title: ميثاق الأنوار
short-title: ميثاق الأنوار
issuer: الجهة المصدِرة
kind: treaty
date: 1948-12-10
date-note: قرار الجمعية العامة 217 ألف (د-3).
language: ar
status: adopted
subjects:
  - أنوار
extent:
  held: المادة 19
  lacking: المواد من 1 إلى 18
  reason: محفوظ جزئيًا بدءًا من المادة 19.
source:
  publisher: unknown
  title: unknown
  address: unknown
  sha256: 2222222222222222222222222222222222222222222222222222222222222222
  paragraphs: 1
rights: الصياغة من وضع الأرشيف، CC BY 4.0.
---

:::{not-held} المواد من 1 إلى 18
:::

(charter-a19)=
{locator="المادة 19"}
لكل شخص حق «حرية الرأي» (III) والتعبير {cite:p}`one`.

(charter-n1)=
:::{admonition} ملاحظة المحرّر: المصدر
:class: editors-note
المادة محفوظة كذلك بالإنكليزية ([](#statute-p3)) وفي النظام ([](#statute-p1)).
:::
"""

# In a language without a catalogue: marks at several heights with signs between them, labels and
# brackets beside English, which a bracket of Hebrew was drawn before.
POINTED = """---
id: letter
title: מִכְתָּב עַל חֹפֶשׁ
short-title: מִכְתָּב
issuer: עוֹרֵךְ
kind: letter
date: 1948-12-10
language: he
status: issued
subjects:
  - דֵּעָה
source:
  publisher: unknown
  title: unknown
  address: unknown
  sha256: 3333333333333333333333333333333333333333333333333333333333333333
  paragraphs: 3
rights: הַכֹּל.
---

(letter-p1)=
כָּל אָדָם, «חֵרוּת הַדֵּעָה» (III) – “דֵּעָה” (UNESCO), 19 & 20? {cite:p}`one`.

(letter-p2)=
[Freedom (of) the press]{.language-en} – לִכְלֹ יֵשׁ שֶׁבְּ / [](#plain-p1).

(letter-p3)=
- [प्रेस, नामों की «विचार»]{.language-hi} (a)
- [لِكُلِّ شَخْصٍ، حَقُّ التَّمَتُّعِ ½ / رأي]{.language-ar}
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents with all that MyST can say, published with seals, in all their forms."""

    def make(source: Path) -> Path:
        documents = copy_root("print", source) / "documents"
        kitchen = (documents / "kitchen.md").read_text("utf-8")
        kitchen = re.sub(r"```\{eval-rst\}\n.*?```\n", "Words.\n", kitchen, flags=re.DOTALL)
        kitchen = kitchen.replace(r"$\frac{a}{b} < \sqrt{2}$", r"{math}`\frac{a}{b} < \sqrt{2}`")
        kitchen = re.sub(r"\$\$\n(.*?)\n\$\$ \(circle\)", MATH, kitchen)
        (documents / "kitchen.md").write_text(kitchen.replace("The last words.\n", MORE), "utf-8")
        plain = (documents / "plain.md").read_text("utf-8").replace("(plain-old-p1)=\n", "")
        (documents / "plain.md").write_text(plain, "utf-8")
        (documents / "statute.md").write_text(STATUTE, "utf-8")
        (documents / "charter.md").write_text(CHARTER, "utf-8")
        (documents / "letter.md").write_text(POINTED, "utf-8")
        with (source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write('language = "ar"\n')
        publish(source, "--day", "2026-11-27")
        done = command(source, "build")
        assert done.returncode == 0, done.stdout + done.stderr
        return sealed(source / "_build" / "html")

    return once(tmp_path_factory, "damages", make)


@pytest.fixture(scope="session")
def proof(site: Path) -> Proof:
    """What is proved of the copy, all of it read."""
    return proved(site)


def told(proof: Proof, path: str, data: bytes, digests: dict[str, str] | None = None):
    """The rules that a changed file breaks; “unchecked” where it is told as not checked."""
    again = copy(proof)
    again.pages, again.unchecked = dict(proof.pages), []
    again._sealed, again._known, again._last = dict(proof._sealed), deepcopy(proof._known), None
    again._dumps = deepcopy(proof._dumps)
    own = {path: sha256(data).hexdigest()}  # the manifest was made anew
    again.digests = {**proof.digests, **own, **(digests or {})}
    found = {each.rule for each in again.read(path, data)}
    known = {each.what for each in proof.unchecked}
    return found or {"unchecked" for each in again.unchecked if each.what not in known}


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return change


def resection(old: str, new: str) -> Callable[[bytes], bytes]:
    """Change a run of lines of the sections on citations."""

    def change(data: bytes) -> bytes:
        changed, count = re.subn(old.encode(), new.encode(), data, count=1, flags=re.DOTALL)
        assert count == 1, old
        return changed

    return change


def reworded(data: bytes) -> bytes:
    """Change a passage of the data with its fingerprint, everywhere."""
    given = json.loads(data)
    old = next(each["text"] for each in given["passages"] if each["kind"] == "passage")
    new = f"{old} Not so."
    sha256s = (sha256(each.encode()).hexdigest().encode() for each in (old, new))
    return swap(json.dumps(old), json.dumps(new))(data).replace(*sha256s)


def in_book(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def rewrite(data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for each in old.namelist():
                new.writestr(each, change(old.read(each)) if each == name else old.read(each))
        return made.getvalue()

    return rewrite


def in_pdf(change: Callable[[pikepdf.Pdf], None]) -> Callable[[bytes], bytes]:
    def rewrite(data: bytes) -> bytes:
        made = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            change(pdf)
            pdf.save(made)
        return made.getvalue()

    return rewrite


def _retitle(pdf: pikepdf.Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes().replace(b"Everything that", b"Nothing that")
    pdf.Root.Metadata = pdf.make_stream(data)


def _retitle_as_of_old(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Nothing that was said"


def _relink(pdf: pikepdf.Pdf) -> None:
    links = (each for page in pdf.pages for each in page.obj.get("/Annots", []))
    link = next(each for each in links if "example.org" in str(each.get("/A", {}).get("/URI", "")))
    link.A.URI = pikepdf.String("https://evil.example/")


def _in_print(old: str, new: str, said_as: str = "") -> Callable[[pikepdf.Pdf], None]:
    """Draw other glyphs of the same font in the first run of a text, or of one said as another."""

    def change(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            found = list(pikepdf.parse_content_stream(page))
            for at, letters in _runs(page, found):
                said = "".join(letters.get(code, "") for code in _codes_of(found[at]))
                if old not in said or (said_as and said_as not in str(found[at - 4].operands)):
                    continue
                codes = {letter: code for code, letter in letters.items()}
                drawn = b"".join(codes[each].to_bytes(2, "big") for each in said.replace(old, new))
                shown = pikepdf.Operator("Tj")
                found[at] = pikepdf.ContentStreamInstruction([pikepdf.String(drawn)], shown)
                page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(found))
                return
        raise AssertionError(old)

    return change


def _leave_out(said: str, number: int) -> Callable[[pikepdf.Pdf], None]:
    """Draw one run less whose glyphs are all parts of a letter, counted from 0."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        found = list(pikepdf.parse_content_stream(page))
        runs = [
            at for at, letters in _runs(page, found)
            if {letters.get(code) for code in _codes_of(found[at])} == {said}
        ]  # fmt: skip
        del found[runs[number]]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(found))

    return change


def _runs(page, instructions):
    """The text operators of a page by their number, each with what the codes of its font are."""
    font = None
    for at, each in enumerate(instructions):
        if str(each.operator) == "Tf":
            font = page.resources.Font[str(each.operands[0])]
        elif str(each.operator) in ("Tj", "TJ"):
            yield at, letters_of(font)


def _codes_of(instruction) -> list[int]:
    strings = instruction.operands[0] if str(instruction.operator) == "TJ" else instruction.operands
    whole = b"".join(bytes(each) for each in strings if isinstance(each, pikepdf.String))
    return [whole[at] << 8 | whole[at + 1] for at in range(0, len(whole), 2)]


def _annotate(pdf: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[0, 0, 9, 9],
        Contents=pikepdf.String("Retracted."),
    )  # fmt: skip
    pdf.pages[0].obj.Annots.append(pdf.make_indirect(note))


def _hide(pdf: pikepdf.Pdf) -> None:
    """Draw all text of a page without ink."""
    data = pdf.pages[0].Contents.read_bytes()
    assert b"0 Tr" in data
    pdf.pages[0].Contents = pdf.make_stream(data.replace(b"0 Tr", b"3 Tr"))


def _draw_apart(pdf: pikepdf.Pdf) -> None:
    """Move the text of a page into a drawing."""
    page = pdf.pages[0]
    form = pdf.make_stream(page.Contents.read_bytes())
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox, form.Resources = page.mediabox, page.resources
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    page.Contents = pdf.make_stream(b"/X Do")


def _run(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = action


BETWEEN = '<p id="index-0">The last words.'
RETRACTED = "<p>All of this was later retracted.</p>"
SECTION = '<section class="citing" id="kitchen-p2">'
CITATIONS = '<div class="citations">'
CITE = '<a class="to-cite" href="kitchen.made.html#kitchen-p2" aria-label="Cite paragraph 2">'
S, R, D, U = "shown-differs", "record-differs", "seal-differs", "words-unreadable"
W, L = "words-differ", "ledger-lacks"

# By name: the file, what is done to it, and the rule that finds it.
DAMAGES: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    # the page: what stands with the words
    "a footnote": (PAGE, swap("The second note.", "The other note."), S),
    "a footnote taken out": (PAGE, swap("Its second paragraph.", ""), S),
    "a mark of a footnote": (
        PAGE,
        swap(
            'href="#kitchen-fn-2" id="kitchen-fn-2-mark"',
            'href="#kitchen-fn-1" id="kitchen-fn-2-mark"',
        ),
        S,
    ),
    "a caption": (PAGE, swap("The caption of the drop.", "The caption of the tear."), S),
    "a legend": (PAGE, swap("And its legend.", "And its legends."), S),
    "an alternative text": (PAGE, swap('alt="A drop of ink"', 'alt="A drop of blood"'), S),
    "another image": (PAGE, swap("_images/drop.svg", "_images/dot.png"), S),
    "an image made small": (PAGE, swap('width="20"', 'width="1"'), S),
    "an image made wide": (PAGE, swap('class="width-5"', 'class="width-50"'), S),
    "where a link leads": (
        PAGE,
        swap('href="https://example.org/a?b=c', 'href="https://evil.example/?'),
        S,
    ),
    "where a link within leads": (
        PAGE,
        swap('href="plain.html#plain-p2">Plain', 'href="plain.html#plain-p1">Plain'),
        S,
    ),
    "what a link within is called": (
        PAGE,
        swap('-p2">Plain letter, paragraph 2', '-p2">Plain letter, paragraph 3'),
        S,
    ),
    "where a term leads": (
        PAGE,
        swap("glossary.html#term-First-Institute", "glossary.html#term-x"),
        S,
    ),
    "what is downloaded": (PAGE, swap('/dot.png"><span', '/dot.pn"><span'), S),
    "the work that is cited": (
        PAGE,
        swap("references.html#cite-two", "references.html#cite-one"),
        S,
    ),
    "whom a citation names": (
        PAGE,
        swap("Second 2019</a>]</span> and", "PEN 2019</a>]</span> and"),
        S,
    ),
    "a work that is listed": (PAGE, swap("Two &amp; more</em>", "Two &amp; less</em>"), S),
    "a class": (
        PAGE,
        swap('<p id="kitchen-p4">', '<p class="visually-hidden" id="kitchen-p4">'),
        S,
    ),
    "words struck through": (
        PAGE,
        swap("<strong>strong words</strong>", "<del>strong words</del>"),
        S,
    ),
    "an attribute that hides": (
        PAGE,
        swap('<p class="rubric">A rubric', '<p class="rubric" hidden>A rubric'),
        S,
    ),
    "a style that hides": (
        PAGE,
        swap('<p class="rubric">A rubric', '<p class="rubric" style="opacity: 0">A rubric'),
        S,
    ),
    "what an address says": (PAGE, swap(">mailto:a<span>", ">mailto:b<span>"), S),
    "the archive in its title": (PLAIN, swap("- Print archive</title>", "- Prints</title>"), S),
    "an abbreviation": (PAGE, swap('title="American Library', 'title="American Liberty'), S),
    # the page: what stands between passages
    "words between passages": (PAGE, swap(BETWEEN, f"{RETRACTED}{BETWEEN}"), S),
    "words behind the document": (
        PAGE,
        swap('<hr class="footnotes', f'{RETRACTED}<hr class="footnotes'),
        S,
    ),
    "words without an element": (PAGE, swap(BETWEEN, f"All of this was retracted.{BETWEEN}"), S),
    "a rubric": (PAGE, swap(">A rubric<", ">Retracted<"), S),
    "a cell": (PAGE, swap("<p>22</p>", "<p>23</p>"), S),
    "code": (PAGE, swap("not typst", "not Typst"), S),
    "a rule taken out": (PAGE, swap('<hr class="docutils" />', ""), S),
    "the level of a heading": (
        PAGE,
        lambda data: re.sub(b"<h3>(A deeper heading.*?)</h3>", rb"<h2>\1</h2>", data),
        S,
    ),
    # the page: the record and what follows from it
    "the title": (PAGE, swap("<h1>Everything", "<h1>Nothing"), S),
    "the issuer": (PAGE, swap(">Second Institute</a></p>", ">Third Institute</a></p>"), S),
    "the status": (PAGE, swap("<p>Issued</p>", "<p>Rejected</p>"), S),
    "a field more": (
        PAGE,
        swap("</dl>\n</details>", "<dt>Status</dt><dd><p>Retracted</p></dd></dl>\n</details>"),
        S,
    ),
    "a second record": (
        PAGE,
        swap(BETWEEN, f'<aside class="record">{RETRACTED}</aside>{BETWEEN}'),
        S,
    ),
    "the title in its head": (PAGE, swap("<title>Everything", "<title>Nothing"), R),
    "whose documents the catalogue shows": (
        PAGE,
        swap("?issuer=Second+Institute", "?issuer=Second+Institution"),
        S,
    ),
    "an attribute of a meta element": (PAGE, swap('<meta name="DC.c', '<meta not name="DC.c'), R),
    "a meta element": (
        PAGE,
        swap('name="DC.contributor" content="Second', 'name="DC.contributor" content="Third'),
        R,
    ),
    "where a signpost leads": (
        PAGE,
        swap('rel="cite-as" href="https://archive', 'rel="cite-as" href="https://evil'),
        R,
    ),
    "the description for machines": (PAGE, swap('"genre":"Report"', '"genre":"Statement"'), R),
    # how it and its passages are cited
    "a citation": (MADE, swap('data-style="apa">', 'data-style="apa">PEN, with '), R),
    "the day of a publication": (MADE, swap("Published 27 November", "Published 28 November"), R),
    "a section less": (MADE, resection(rf"{SECTION}.*?</section>\n", ""), R),
    "a section more": (
        MADE,
        swap(SECTION, f'<section class="citing">{RETRACTED}</section>\n{SECTION}'),
        R,
    ),
    "a section elsewhere": (MADE, swap("<h1>", '<h1 id="kitchen-p2">'), R),
    "sections in another order": (
        MADE,
        resection(rf"({SECTION}.*?</section>\n)(.*?</section>\n)", r"\2\1"),
        R,
    ),
    "words between sections": (MADE, swap(SECTION, f"{RETRACTED}{SECTION}"), R),
    "sections that are hidden": (MADE, swap(CITATIONS, f"<div hidden>{CITATIONS}"), R),
    "sections in a comment": (MADE, resection(f"({CITATIONS}.*?</div>)", r"<!--\1-->"), R),
    "a record of a passage": (MADE, swap('"label":"RIS"', '"label":"RIS 2"'), R),
    "the HTML of a quotation": (MADE, swap("&lt;figure&gt;", "&lt;figure&gt;Retracted."), R),
    "a second script of records": (
        MADE,
        swap("<h1>", '<script type="application/json" id="records">{}</script><h1>'),
        R,
    ),
    "where “Cite” leads": (PAGE, swap(CITE, CITE.replace("p2", "p1")), S),
    "the name of “Cite”": (PAGE, swap(CITE, CITE.replace("paragraph 2", "paragraph 3")), S),
    "the words of “Cite”": (PAGE, swap(f"{CITE}Cite", f"{CITE}Retracted"), S),
    "“Cite” taken out": (PAGE, swap(f"{CITE}Cite</a>", ""), S),
    "“Cite” at another passage": (PAGE, swap(BETWEEN, f"{BETWEEN}{CITE}Cite</a>"), S),
    "a label's name": (
        PAGE,
        swap(
            'title="Permalink to Kitchen sink, paragraph 4"',
            'title="Permalink to Kitchen sink, paragraph 5"',
        ),
        S,
    ),
    "who refers to it": (PAGE, swap('"backlinks">Plain letter', '"backlinks">Retracted by'), S),
    "what stands above it": (LETTER, swap(SAY("Skip to content"), "Retracted"), S),
    "its neighbour": (
        PLAIN,
        swap(
            'dir="ltr">Everything that a document may hold</span></a>',
            'dir="ltr">Nothing</span></a>',
        ),
        S,
    ),
    "the language around it": (LETTER, swap('lang="ar" dir="rtl"', 'lang="es" dir="ltr"'), S),
    "its outline": (PLAIN, swap('#plain-s1">A heading', '#plain-s1">Retracted'), S),
    "what its outline is": (
        LETTER,
        swap(f'navigation" aria-label="{SAY("Outline of this page")}', 'none" aria-label="O'),
        S,
    ),
    "where its outline leads": (PLAIN, swap('href="#plain-s1">A h', 'href="#plain-s0">A h'), S),
    "where a mark of a passage leads": (
        PLAIN,
        swap('class="anchor-mark" href="kitchen', 'class="anchor-mark" href="kitten'),
        S,
    ),
    # the files beside it
    "RIS": ("documents/kitchen.ris", swap("Second Institute", "Third Institute"), R),
    "BibTeX": ("documents/kitchen.bib", swap("2021", "2020"), R),
    "CSL-JSON": ("documents/kitchen.json", swap("Everything", "Nothing"), R),
    "the linkset": ("documents/kitchen.linkset.json", swap("kitchen.pdf", "kitchen.pdx"), R),
    "all records": ("archive.bib", swap("Second Institute", "Third Institute"), R),
    "the front matter": (SOURCE, swap("status: issued", "status: rejected"), R),
    "a footnote of the MyST copy": (SOURCE, swap("The second note.", "The other note."), S),
    "a rubric of the MyST copy": (SOURCE, swap("{rubric} A rubric", "{rubric} Retracted"), S),
    "a link of the MyST copy": (SOURCE, swap("https://example.org/a", "https://evil.example/a"), S),
    "a citation of the MyST copy": (SOURCE, swap("{cite:t}`two`", "{cite:t}`one`"), S),
    "words in the MyST copy": (SOURCE, swap("\nThe last", "\nAll was retracted.\n\nThe last"), S),
    # the data itself
    "a part in the data": (DATA, swap('"The second note."', '"The other note."'), D),
    "the record in the data": (DATA, swap('"status":"issued"', '"status":"rejected"'), D),
    "a work in the data": (DATA, swap('"author":"Ann Second"', '"author":"Ann Third"'), D),
    "the order in the data": (DATA, swap('["rule",{}],', ""), D),
    "another document's data": (DATA, swap('"id":"kitchen"', '"id":"plain"'), D),
    "no data": (DATA, lambda data: data[: data.index(b',\n"sealed"')] + b"\n}\n", D),
    "another archive": (DATA, swap('"project":"Print archive"', '"project":"Prints"'), R),
    # what documents of the field have
    "the number of a passage": (FIELD, swap(">art.\u00a01(a)</a>", ">art.\u00a01(b)</a>"), S),
    "the number it is found by": (FIELD, swap('number="Annex I, [1]"', 'number="[1]"'), S),
    "the name of a group": (FIELD, swap("Parts of Pilots’ statute, art. 1", "Parts of it"), S),
    "what it is a part of": (
        "documents/statute.made.html",
        swap("Part of</dt><dd><a", "Part of</dt><dd><i></i><a"),
        R,
    ),
    "where “Cite a signatory” leads": (FIELD, swap("html#statute-g1", "html#statute-g2"), S),
    "the mark of an item": (FIELD, swap('item-mark">(b)', 'item-mark">(c)'), S),
    "a mark more": (FIELD, swap("The annex", '<span class="item-mark">(a)</span>The annex'), S),
    "struck words": (FIELD, swap("<s>blue</s>", "blue"), S),
    "a redaction": (FIELD, swap('<span class="redacted">two names</span>', "two names"), S),
    "a speaker": (FIELD, swap('<span class="speaker">The Chair</span>', "The Chair"), S),
    "a line": (FIELD, swap("green;<br />", "green;"), S),
    "who signed": (FIELD, swap('signatory-heading">Unions', 'signatory-heading">Guilds'), S),
    "how many signed": (FIELD, swap(", 2 signatories", ", 20 signatories"), S),
    "what is held": (FIELD, swap('note">Held in part: articles 1', 'note">Held: articles 1'), S),
    "what is not held": (FIELD, swap('note">Not held: article 2', 'note">Not held: article 4'), S),
    "a note with an anchor": (FIELD, swap("Neither is lit", "Either is lit"), "words-differ"),
    "an agent": (FIELD, swap("<p>Harbour Court</p>", "<p>Harbour Board</p>"), S),
    "an authority": (FIELD, swap('href="https://www.wikidata.org/wiki/Q42"', 'href="#"'), S),
    "a relation": (
        FIELD,
        swap('<p><a href="kitchen.html">Everything', '<p><a href="kitchen.html">Nothing'),
        S,
    ),
    "a related work": (FIELD, swap(">Second 2019<", ">Third 2019<"), S),
    "a relation taken out": (PAGE, swap(">Annexes<", ">Replies<"), S),
    "a relation from there": (
        PAGE,
        swap('<p><a href="statute.html">The pilots’', '<p><a href="statute.html">The crews’'),
        S,
    ),
    "a relation in a head": (FIELD, swap('rel="up" href="https', 'rel="up" href="http'), R),
    "a relation in a linkset": (
        "documents/statute.linkset.json",
        swap("#plain-p2", "#plain-p1"),
        R,
    ),
    "a number of the MyST copy": (MYST, swap('"art. 3"', '"art. 4"'), S),
    "a part of the MyST copy": (MYST, swap("within=p1", "within=p0"), S),
    "a gap of the MyST copy": (MYST, swap("{not-held} article 2", "{not-held} article 4"), S),
    "parts in the proof": ("documents/statute.proof.json", swap('"parts"', '"sparts"'), D),
    "a number in the EPUB": (
        BOOK,
        in_book("documents/statute.xhtml", swap(">art.\u00a01(a)</a>", ">art.\u00a01(b)</a>")),
        S,
    ),
    # the EPUB and the PDF
    "a footnote of the EPUB": (BOOK, in_book(CHAPTER, swap("The second note.", "Another.")), S),
    "where a citation of the EPUB leads": (
        BOOK,
        in_book(CHAPTER, swap('href="../references.xhtml#cite', 'href="../ferences.xhtml#cite')),
        S,
    ),
    "the title in the EPUB": (BOOK, in_book(CHAPTER, swap("<h1>Everything", "<h1>Nothing")), S),
    "an image in the EPUB": (BOOK, in_book("_images/dot.png", lambda data: data + b"x"), S),
    "words in the EPUB": (BOOK, in_book(CHAPTER, swap(BETWEEN, f"{RETRACTED}{BETWEEN}")), S),
    "a style in the EPUB": (
        BOOK,
        in_book(CHAPTER, swap('<p class="rubric">A', '<p class="rubric" style="width: 0">A')),
        S,
    ),
    "the title of a PDF": (PDF, in_pdf(_retitle), R),
    "the older title of a PDF": (PDF, in_pdf(_retitle_as_of_old), R),
    "a link of a PDF": (PDF, in_pdf(_relink), S),
    "the title in print": (PDF, in_pdf(_in_print("Everything that", "Nothing that")), S),
    "a label in print": (PDF, in_pdf(_in_print("P11", "P12")), S),
    "a header in print": (PDF, in_pdf(_in_print("Kitchen sink", "Kitten sink")), S),
    "the number of a page": (PDF, in_pdf(_in_print("2 / 3", "3 / 3")), S),
    "the mark of an item in print": (PDF, in_pdf(_in_print("3.", "5.")), S),
    "who cites, in print": (PDF, in_pdf(_in_print("Referred to by", "Refuted by")), S),
    "the day of a revision in print": (PLAIN_PDF, in_pdf(_in_print("27 Nov", "22 Nov")), S),
    "the tree head in print": (PDF, in_pdf(_in_print("tree head", "tree hat")), S),
    "words printed twice": (PDF, in_pdf(_in_print("Moved from here", "Referred to by")), S),
    "what is said of all documents": ("archive.pdf", in_pdf(_in_print("Issued", "Issueds")), S),
    "a mark below a letter in print": (FIELD_PDF, in_pdf(_leave_out(STACKED, 0)), W),
    "a mark over a letter in print": (FIELD_PDF, in_pdf(_leave_out(STACKED, 1)), W),
    "a letter without its marks in print": (FIELD_PDF, in_pdf(_leave_out(STACKED, 3)), W),
    "marks without their letter in print": (FIELD_PDF, in_pdf(_leave_out(STACKED, 2)), W),
    "a sign of another font in print": (FIELD_PDF, in_pdf(_in_print("ℙ", "☂")), W),
    "a note in a figure of print": (FIELD_PDF, in_pdf(_in_print("Noted", "Noten")), S),
    "a number in Arabic print": (CHARTER_PDF, in_pdf(_in_print("19", "91")), S),
    "a bracket in Arabic print": (CHARTER_PDF, in_pdf(_in_print("[", "]")), S),
    "a sign in Arabic print": (CHARTER_PDF, in_pdf(_in_print(".", ":")), S),
    "a bracket that stands for another": (CHARTER_PDF, in_pdf(_in_print(")", "(", '"("')), S),
    "a sign beside vowel marks in print": (LETTER_PDF, in_pdf(_in_print("»", "«")), W),
    "English in Hebrew print": (LETTER_PDF, in_pdf(_in_print("Freedom", "Feeedom")), W),
    "a document that moved": ("documents/old-letter.pdf", lambda data: data + b"%", S),
    "a notice in print": (
        "documents/split-letter.pdf",
        in_pdf(_in_print("Plain letter, paragraph 2", "Plain letter, paragraph 1")),
        S,
    ),
    # data and plain text
    "a word of the data": (LISTED, swap("The second note.", "Another note."), S),
    "words and fingerprint of the data": (LISTED, reworded, W),
    "the name of a passage in the data": (LISTED, swap("Kitchen sink, paragraph 1", "Sink"), S),
    "a passage struck through in the data": (LISTED, swap('"html":"<p>', '"html":"<p><s>'), S),
    "a day in the data": (LISTED, swap('"date":"2026-11-27"', '"date":"2020-11-27"'), S),
    "a quotation of the data": (LISTED, swap('"words":"', '"words":"not '), S),
    "an anchor of the data": (LISTED, swap('"anchor":"kitchen-p1"', '"anchor":"kitchen-p99"'), L),
    "a work more in the data": (LISTED, swap('"works":[\n', '"works":[\n{"id":"x"},\n'), S),
    "a word of the text": (TEXT, swap("The second note.", "Another note."), S),
    "the record in the text": (TEXT, swap("# Everything that", "# Nothing that"), S),
    "a word of the dump": ("passages.jsonl", swap("two lamps", "ten lamps"), S),
    "a line more of the dump": (
        "passages.jsonl",
        lambda data: data + data[: data.index(b"\n") + 1],
        S,
    ),
    "an entry in classic BibTeX": ("archive.bibtex.bib", swap("Kitchen sink", "Kitten sink"), R),
    "a word of the full text": ("llms-full.txt", swap("two lamps", "ten lamps"), S),
    "the full text cut": ("llms-full.txt", lambda data: data[:-40], S),
    "a schema": ("schema/passage-1.schema.json", swap('"required"', '"requires"'), R),
    "an annotation": (PDF, in_pdf(_annotate), U),
    "text without ink": (PDF, in_pdf(_hide), U),
    "text in a drawing": (PDF, in_pdf(_draw_apart), U),
    "a PDF that runs something": (PDF, in_pdf(_run), U),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_ledger_convicts_what_its_seals_cover(name, proof, site):
    path, change, rule = DAMAGES[name]
    data = (site / path).read_bytes()
    changed = change(data)
    assert changed != data
    assert rule in told(proof, path, changed)


def test_what_a_copy_calls_the_archive_is_escaped(site, tmp_path, verify):
    for path in shutil.copytree(site, tmp_path / "copy").glob("documents/*.proof.json"):
        text = path.read_text("utf-8")
        path.write_text(text.replace('"project":"', '"project":"\\u001b[2K'), "utf-8")
    said = verify(tmp_path / "copy").said
    assert r"what the archive calls itself: here \x1b[2K" in said
    assert "\x1b" not in said


def first_form(site: Path) -> bytes:
    """A proof as engines wrote it before its form had a number."""
    lines = (site / "ledger.jsonl").read_text("utf-8").splitlines()
    tree = Tree(line.encode() for line in lines)
    given = json.loads((site / DATA).read_bytes())
    return json.dumps(in_first_form(given, lines, tree), indent=1).encode()


@pytest.mark.parametrize("other", [
    {}, {"origin": "other.example/ledger.jsonl"}, {"more": ("Other archive", "2026-11-27")},
    {"more": ("Print archive", "2026-11-26")}, {"more": ("Print archive",)},
])  # fmt: skip
def test_a_head_names_its_log_the_archive_and_the_day_of_the_last_event(proof, other):
    more = ("Print archive", "2026-11-27")
    head = Checkpoint("archive.example/ledger.jsonl", proof.fates.tree.head(), more)
    found = told(proof, "ledger.head", str(replace(head, **other)).encode())
    assert found == ({R} if other else set())


def _kind(path: str) -> str:
    """What a file is, whichever document it is of."""
    return re.sub(
        r"^((documents|schema|_images|_downloads)/).*?(?=\.)|^(tile|_static)/.*", r"\1", path
    )


def test_each_kind_of_file_is_held_against_the_ledger_or_is_said_not_to_be(proof):
    damaged = {_kind(path) for path, *_ in DAMAGES.values()}
    covered = [each for each in proof.digests if not uncovered([each])]
    others = {_kind(path) for path in covered} - damaged
    # The ledger itself, earlier wordings, data about data (``test_manifest``), images by the seals
    # of their passages, and scripts.
    assert others <= {
        "ledger.jsonl", "wordings.jsonl", "documents/.history.html", "documents/.passages.js",
        "datapackage.json", "_images/.png", "_images/.svg", "_downloads/.png", "",
    }  # fmt: skip
    said = (ROOT / "README.md").read_text("utf-8")
    assert [what for what in UNCOVERED if what not in said] == []


def test_a_proof_of_the_first_form_is_read(proof, site):
    data = first_form(site)
    assert not told(proof, DATA, data)
    for old, new in (('"line": 1', '"line": 2'), ('"root": "', '"root": "0'), ('"1', '"2')):
        assert told(proof, DATA, swap(old, new)(data)) == {"head-differs"}
    assert told(proof, DATA, swap("The second note.", "The other note.")(data)) == {"seal-differs"}


def test_a_companion_of_before_is_read(proof, site):
    page = (site / MADE).read_text("utf-8")
    whole, *passages = page.split('<section class="citing"')[1:]
    codes = dict(re.findall(r'<dt>([^<]*)</dt><dd data-style="([^"]*)"', whole))
    for each in passages:
        coded = re.sub(
            r"<dt>([^<]*)</dt><dd>",
            lambda row: row[0].replace("<dd>", f'<dd data-style="{codes[row[1]]}">')
            if row[1] in codes else row[0], each,
        )  # fmt: skip
        page = page.replace(each, coded)
    records = re.search(r'id="records">(.*?)</script>', page)[1]
    page = page.replace(records, json.dumps(unfolded(records)))
    assert page.count('data-style="apa"') > 2
    assert not told(proof, MADE, page.encode())
    for old, new in (('data-style="apa">', 'data-style="apa">PEN, '), ("@report", "@misc")):
        assert told(proof, MADE, swap(old, new)(page.encode())) == {R}


def test_what_texts_were_checked_with_before_is_read(proof, site):
    path = MADE.replace(".made.html", ".passages.js")
    row = row_of(json.loads((site / LISTED).read_bytes()))
    for script, rules in (
        (script_of(row), set()), (script_of(row, is_packed=False), set()),
        (script_of({**row, "title": "Another"}), {S}),
    ):  # fmt: skip
        again = copy(proof)
        again._checked_with = {row["id"]: script.encode()}
        assert {each.rule for each in again.read(LISTED, (site / LISTED).read_bytes())} == rules
        assert proof.scripts.knows(path, script.encode())


def test_another_picture_under_the_same_name_is_told(proof, site):
    digests = {"_images/drop.svg": "0" * 64}
    assert told(proof, PAGE, (site / PAGE).read_bytes(), digests) == {"shown-differs"}


def test_a_whole_copy_with_seals_is_sound(site):
    assert list(check_folder(site, AtHand(scripts=shipped_scripts(ROOT)), lambda *_: None)) == []


# Random damages

# What no line of the ledger covers: the files, what stands before a damage, and the reason.
UNPROVED = (
    (r"xhtml", r"^<\?|<!DOCTYPE[^>]*$|xmlns[^>]*$", "what says that it is XHTML"),
    (r"html", r' id="[^"]*$', "an id to which nothing sealed leads"),
    (r"html", r"</?[\w\s]*$", "the name of an element, which parsers mend"),
    (r"html", r'class="[^"]*$', "a class that the engine gives to all of a kind, taken out"),
    (r"html", r"<!--[^>]*$|^<!\w*$", "a comment, or what says that it is HTML"),
    (r"html", r"(?s:<math.*)$", "the drawing of a formula, beside its text"),
    (r"html", r'href="\.\./(?!gloss|refer)[^"]*">[^<]*$', "a heading of no document"),
    (r"html", r"/jump\.js\?v=\w*$", "the version of a script that only long pages have"),
    (r"html", r"in commit <code>\w*$", "the commit that published a passage"),
    (r"html", r"record-note\">\d*$", "how many paragraphs the source has"),
    (r"passages.json", r'^\{"id":.*$', "the data of a work cited"),
    (r"md", r"<!--[^>]*$|\{index\}.*$|\[\^[\w-]*$", "what shows no reader anything"),
    (r"md", r"^\{[.\w-]*$|^:[\w-]*:?.*$|^[`:]{3}[{}\w -]*$", "classes, options, kinds of blocks"),
    (r"md", r"\b(dot|drop)\.?\w*$|(?<![\w.])(d|dr|do|dro)$|[(<]$", "the names of files it shows"),
)  # fmt: skip


def before(text: str, at: int) -> str:
    """What stands before a place in its line; in a formula, from its beginning."""
    formula = text.rfind("<math", 0, at)
    in_formula = formula > text.rfind("</math>", 0, at)
    return text[formula if in_formula else text.rfind("\n", 0, at) + 1 : at]


def damaged(text: str, chance: random.Random) -> str:
    """Damage a text; of the companion page, how the document and its passages are cited."""
    start, end = text.find(CITATIONS), text.find('<h2 id="made">')
    places = re.compile(r"\w").finditer(text, max(start, 0), end if start >= 0 else len(text))
    at = chance.choice([found.start() for found in places])
    match chance.randrange(3):
        case 0:
            letter = chance.choice([each for each in LETTERS if each != text[at]])
            return text[:at] + letter + text[at + 1 :]
        case 1:
            return text[:at] + text[at + chance.randrange(1, 12) :]
    return f"{text[:at]}not {text[at:]}"


FORMS = (
    PAGE, MADE, SOURCE, PLAIN, DATA, FIELD, MYST, "archive.bib", "documents/statute.linkset.json",
    *(f"documents/kitchen.{form}" for form in ("bib", "ris", "json", "linkset.json")), CHAPTER,
    *(f"documents/{form}" for form in ("kitchen.passages.json", "kitchen.txt", "statute.txt")),
    "passages.jsonl", "llms-full.txt",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_random_damages_are_told_or_of_a_kind_that_nothing_proves(form, proof, site):
    chance, unknown = random.Random(form), []
    book = (site / BOOK).read_bytes()
    for _ in range(COUNT // len(FORMS)):
        if form == CHAPTER:
            with zipfile.ZipFile(io.BytesIO(book)) as opened:
                text = opened.read(CHAPTER).decode()
        else:
            text = (site / form).read_text("utf-8")
        changed = damaged(text, chance)
        path, data = form, changed.encode()
        if form == CHAPTER:
            path, data = BOOK, in_book(CHAPTER, lambda _, data=data: data)(book)
        if told(proof, path, data):
            continue
        at = next(at for at, (one, two) in enumerate(zip(text, changed)) if one != two)
        line = before(text, at)
        if not any(
            form.endswith(kind) and re.search(pattern, line) for kind, pattern, _ in UNPROVED
        ):
            unknown.append((line[-60:], text[at : at + 30], changed[at : at + 30]))
    assert not unknown, "\n".join(map(repr, unknown))


def glyphs(pdf: pikepdf.Pdf, chance: random.Random) -> tuple[str, str, str]:
    """Draw another glyph of its font in one place; return the font, and what was and is drawn."""
    page = chance.choice(list(pdf.pages))
    found = list(pikepdf.parse_content_stream(page))
    at, letters = chance.choice(list(_runs(page, found)))
    codes = _codes_of(found[at])
    place = chance.randrange(len(codes))
    was, now = codes[place], chance.choice(sorted(letters))
    codes[place] = now
    drawn = pikepdf.String(b"".join(code.to_bytes(2, "big") for code in codes))
    found[at] = pikepdf.ContentStreamInstruction([drawn], pikepdf.Operator("Tj"))
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(found))
    fonts = (each.operands[0] for each in reversed(found[:at]) if str(each.operator) == "Tf")
    return str(page.resources.Font[str(next(fonts))].BaseFont), letters[was], letters[now]


def test_random_glyphs_are_told_but_in_formulas(proof, site):
    """A mark left out between words is not told either: print need not say all of a page."""
    chance, unknown = random.Random(11), []
    for _ in range(COUNT // 10):
        path = chance.choice((PDF, PLAIN_PDF, FIELD_PDF, CHARTER_PDF))
        with pikepdf.open(site / path) as pdf:
            font, was, now = glyphs(pdf, chance)
            made = io.BytesIO()
            pdf.save(made)
        if was != now and "Math" not in font and not told(proof, path, made.getvalue()):
            unknown.append((path, was, now))
    assert len(unknown) <= COUNT // 1_000, unknown
