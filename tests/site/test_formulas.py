"""Formulas are there in pages without script, say what they say in every form, or are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from archive.model.passage import fingerprint
from archive.site.read.footnotes import Drawn, Formula, Refusal, draw
from tests.conftest import ROOT, Built, build, built, once

WRITTEN = """(alpha-p2)=
The second says that {math}`a < \\frac{b}{2}`, and so does {eq}`rest`.

(alpha-p3)=
```{math}
:label: rest
E &= m c^2 \\\\
m &= \\text{“mass”}
```
"""
NUMBERED = """
\\begin{equation}
x = 1
\\end{equation}

\\begin{align*}
x &= 1
\\end{align*}

(a-table)=
| a | b |
|---|---|
| c | d |
"""


def _small(folder, written=WRITTEN, more=NUMBERED):
    """The small archive, with formulas in a document and on the front page."""
    source = shutil.copytree(ROOT / "tests" / "roots" / "test-small", folder / "archive")
    alpha = source / "documents" / "alpha.md"
    text = alpha.read_text("utf-8")
    start, end = text.index("(alpha-p2)="), text.index("(alpha-n1)=")
    alpha.write_text(f"{text[:start]}{written}\n{text[end:]}", "utf-8")
    index = source / "index.md"
    index.write_text(index.read_text("utf-8") + more, "utf-8")
    return source


def _line(source, words):
    """The number of the first line of the document that has these words."""
    lines = (source / "documents" / "alpha.md").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


@pytest.fixture(scope="session")
def formulas(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return once(tmp_path_factory, "formulas", _built)


def _built(folder: Path) -> Built:
    """Built as pages and printed, with the fingerprints of what the LaTeX says in the ledger."""
    source = _small(folder)
    said = {
        "alpha-p2": "The second says that a < \\frac{b}{2}, and so does rest.",
        "alpha-p3": "E &= m c^2 \\\\ m &= \\text{“mass”}",
    }
    with (source / "ledger.jsonl").open("w", encoding="utf-8") as ledger:
        for anchor, text in said.items():
            event = {"date": "2026-01-02", "event": "publish", "anchor": anchor}
            ledger.write(json.dumps(event | {"sha256": fingerprint(text)}) + "\n")
    pages = built(source)
    built(source, builder="pdf")  # which holds the passages against the ledger again
    return pages


def test_a_formula_is_mathml_with_its_latex(formulas):
    page = formulas.page("documents/alpha.html")
    inline = page.select_one("#alpha-p2 math")
    assert inline["display"] == "inline"
    assert inline["alttext"] == "a < \\frac{b}{2}"
    assert inline.find("mfrac").get_text() == "b2"
    assert inline.find("annotation").get_text() == "a < \\frac{b}{2}"


def test_a_formula_by_itself_has_its_anchor_its_label_and_its_number(formulas):
    block = formulas.page("documents/alpha.html").find(id="alpha-p3")
    assert block.find("math")["display"] == "block"
    assert len(block.find_all("mtr")) == 2
    assert block.find_previous(class_="passage-label").get_text() == "P3"
    assert block.find(class_="eqno").get_text().startswith("(1)")
    link = formulas.page("documents/alpha.html").select_one("#alpha-p2 a[href='#equation-rest']")
    assert link.get_text() == "(1)"
    assert block.find(id="equation-rest")


def test_each_id_stands_once_on_its_page(formulas):
    """Also of formulas and tables, around which the theme puts containers."""
    for name in ("documents/alpha.html", "index.html"):
        ids = [tag["id"] for tag in formulas.page(name).find_all(id=True)]
        assert len(ids) == len(set(ids)), name
    assert formulas.page("index.html").find("table", id="a-table")


def test_a_numbered_environment_has_no_id_that_chance_gave(formulas):
    page = formulas.page("index.html")
    first, second = page.select("div.math")
    assert not first.has_attr("id")
    assert first.find(class_="eqno").get_text() == "(1)"
    assert second.find(class_="eqno") is None


def test_no_script_is_needed(formulas):
    for name in ("documents/alpha.html", "index.html"):
        addresses = [script.get("src", "") for script in formulas.page(name).find_all("script")]
        assert not [address for address in addresses if "://" in address]
        assert "mathjax" not in (formulas.site / name).read_text("utf-8").lower()


def test_what_cannot_be_read_is_told_with_file_and_line_at_every_build(tmp_path):
    """All of it at once, and again where the file was not read again."""
    written = WRITTEN.replace("\\frac{b}{2}", "\\nonsense").replace("m c^2", "m {")
    source = _small(tmp_path, written, NUMBERED.replace("x = 1", "x = \\nonsense", 1))
    inline, block = _line(source, "\\nonsense"), _line(source, "```{math}")
    for done in (build(source), build(source)):
        assert done.code != 0
        assert "Traceback" not in done.output
        assert (
            f"documents/alpha.md:{inline}: ERROR: The formula “a < \\nonsense” cannot be read: "
            "unexpected control sequence \\nonsense. [formula-unreadable] To mend:"
        ) in done.output
        assert f"documents/alpha.md:{block}: ERROR: The formula “E &= m {{" in done.output
        assert "index.md:" in done.output
    assert done.output.count("[formula-unreadable]") == 3


def test_without_a_converter_it_is_told_how_to_have_one(tmp_path):
    source = _small(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "pypandoc.py").write_text("raise ImportError\n", "utf-8")
    done = build(source, PYTHONPATH=f"{empty}:{ROOT}")
    assert done.code != 0
    assert "Traceback" not in done.output
    line = _line(source, "{math}`")
    assert f"documents/alpha.md:{line}: ERROR: The page has formulas" in done.output
    assert "[formula-converter-missing] To mend: run make, which installs it." in done.output
    again = build(source)  # no page changed
    assert again.code == 0, again.output
    assert again.page("documents/alpha.html").select_one("#alpha-p2 math")


@pytest.mark.parametrize(
    ("latex", "said", "typst"),
    [
        ("x^2", "x2", "$x^2$"),
        ("a < b \\& c", "a<b&c", "$a < b & c$"),
        ('\\text{"a" \\$ #let}', '"a" $#let', '$upright("\\"a\\" $#let")$'),
        ("\\sqrt[3]{y}", "y3", "$root(3, y)$"),
    ],
)
def test_a_formula_is_drawn_in_all_forms(latex, said, typst):
    (drawn,) = draw([Formula(latex, False)])
    assert isinstance(drawn, Drawn)
    math = BeautifulSoup(drawn.mathml, "xml").find("math")
    assert math["alttext"] == latex
    math.find("annotation").decompose()
    assert "".join(math.get_text().split(" ")) == said.replace(" ", "")
    assert drawn.typst == typst


def test_many_formulas_are_told_apart():
    drawn = draw([Formula("a", False), Formula("\\b", False), Formula("c {", True)])
    assert isinstance(drawn[0], Drawn)
    assert drawn[1:] == [
        Refusal("unexpected control sequence \\b"),
        Refusal("unexpected eof"),
    ]
