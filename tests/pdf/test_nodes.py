"""Each node is drawn, left out on purpose, or refused by name, file and line."""

from __future__ import annotations

import inspect

import pytest
from docutils import nodes
from sphinx import addnodes

from archive import site
from archive.pdf.coverage import DRAWN, PARTS, REFUSED, SKIPPED, TABLE
from archive.site.show.relations import origin_link
from tests.conftest import build, pdftotext

# Of these no node is ever made: other classes are made of them.
_ABSTRACT = {
    nodes.Element, nodes.FixedTextElement, nodes.Node, nodes.PureTextElement, nodes.TextElement,
    addnodes.translatable, addnodes._desc_classes_injector,
}  # fmt: skip

# Of ours, which stand only for what takes their place, or are made for pages alone.
_ELSEWHERE = {
    "catalogue", "holdings", "ledger", "map_place", "robust_link", "source_paragraph",
    "timeline_place",
}  # fmt: skip


def _classes(module):
    return {
        found for _name, found in inspect.getmembers(module, inspect.isclass)
        if found.__module__ == module.__name__ and issubclass(found, nodes.Node)
    }  # fmt: skip


def _said():
    return {*DRAWN, *PARTS, *SKIPPED, *REFUSED}


@pytest.mark.parametrize("module", [nodes, addnodes])
def test_each_class_of_nodes_is_drawn_skipped_or_refused(module):
    assert _classes(module) - _ABSTRACT - _said() == set()


def test_each_class_of_the_archives_own_nodes_is_drawn_or_skipped():
    own = {found for found in _classes(site) if found.__name__ not in _ELSEWHERE}
    assert own
    assert own <= {*DRAWN, *PARTS, *SKIPPED}


def test_no_class_is_drawn_and_refused():
    assert not {*DRAWN} & {*SKIPPED}
    assert {*TABLE} & {*REFUSED} == {nodes.raw}  # of which comments are skipped


def _text(archive, name="documents/kitchen"):
    return " ".join(pdftotext(archive.site / f"{name}.pdf").split())


@pytest.mark.parametrize(
    "words",
    [
        "deux mots", "A quotation of a block.", "— Someone, somewhere", "indented below,",
        "Привет, Ελλάδα,", "naïve façade", "Nested", "Deeper", "4. Four With a second paragraph.",
        "a) alpha", "(iv) roman", "D. upper again", "II. Roman again", "A second definition.",
        "Another body, on two lines.", "-a, --all An option.", "Word : classifier",
        "A table with a caption", "Head over two columns", "The caption of the drop.",
        "And its legend.", "Editor’s note: a title", "With two paragraphs.",
        "A note of another kind.",
        "With a title of its own And a body.", "A rubric", "return 'a \"string\" # {not typst}'",
        "plain code, $x$ [y] \\n", "A topic Of its own.", "The last words.",
        "1The first note, with emphasis", "2The second note. Its second paragraph.",
        "Not known more exactly.", "Ann Second. Two & more. Press. 2019.", "Cited in P1.",
    ],
)  # fmt: skip
def test_all_that_a_document_says_is_printed(print_archive, words):
    assert words in _text(print_archive)


def test_special_characters_are_printed_as_they_are(print_archive):
    text = _text(print_archive, "documents/plain")
    assert 'The third says "quotes", a back\\slash, #hash, $dollar, stars and <b>.' in text


def test_what_is_not_said_is_not_printed(print_archive):
    text = _text(print_archive)
    assert "a comment, which is not printed" not in text
    assert "single: something" not in text


def test_the_combined_pdf_has_each_reference_once(print_archive):
    assert _text(print_archive, "archive").count("Two & more. Press.") == 1


def test_the_combined_pdf_goes_from_documents_to_pages_in_their_order(combined):
    assert combined.bookmarks() == [
        "Contents", "The plain letter", "Everything that a document may hold",
        "Glossary", "References", "About",
    ]  # fmt: skip


def _with(source, text, name="documents/plain.md"):
    path = source / name
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return len(path.read_text("utf-8").splitlines())


def _refused(source):
    done = build(source, builder="pdf")
    assert done.code != 0
    assert "Traceback" not in done.output
    assert not (source / "_build" / "html" / "archive.pdf").exists()
    return done.output


FAULTS = {
    "The image “documents/dot.png” has no alternative text": "```{image} dot.png\n```",
    "The width “3vw”": "```{image} dot.png\n:alt: A dot\n:width: 3vw\n```",
    "The node mystery.mystery cannot be printed: nothing says how.": "```{mystery}\n```",
}


def test_what_cannot_be_printed_is_refused_with_file_and_line(small_archive):
    """All of it at once, so that an editor mends it in one go; also a node that nobody knows."""
    source = small_archive("print")
    (source / "mystery.py").write_text(UNKNOWN, "utf-8")
    _with(
        source, '\nimport sys\nsys.path.insert(0, ".")\nextensions.append("mystery")\n', "conf.py"
    )
    places = {
        message: _with(source, f"\n{text}\n") - text.count("\n") for message, text in FAULTS.items()
    }
    lines = _refused(source).splitlines()
    for message, line in places.items():
        assert any(
            said.startswith(f"documents/plain.md:{line}: ERROR: {message}") for said in lines
        ), message


UNKNOWN = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class mystery(nodes.General, nodes.Element):
    pass


class Mystery(SphinxDirective):
    def run(self):
        node = mystery()
        self.set_source_info(node)
        return [node]


def setup(app):
    app.add_node(mystery)
    app.add_directive("mystery", Mystery)
"""


def test_a_footnote_without_a_mark_is_printed_where_it_stands(print_archive):
    text = _text(print_archive, "archive")
    assert text.index("The second rule.") < text.index("A note that nothing marks.")


@pytest.mark.parametrize(("result", "mark"), [
    ("exact", True), ("differing", True), ("not-found", True), ("not-held", False), ("", False),
])  # fmt: skip
def test_exact_words_bear_a_mark_of_what_became_of_them_if_they_were_looked_for(result, mark):
    drawn = TABLE[origin_link](origin_link("", href="", title="", result=result), None)
    assert drawn == (f'origin-mark("{result}")' if mark else "")
