"""Block nodes: headings, paragraphs, notes, figures, lists, and tables with their widths."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes
from sphinx.locale import admonitionlabels

from archive.drawing import LABEL_SIZE, Drawing, Label, written
from archive.model.passage import unbroken
from archive.model.showing import class_of
from archive.pdf import bounds, code, fonts, isolated, runs_against
from archive.pdf.inline import Draw, cut, formula, own_text, spoken_alternative, spoken_in
from archive.upstream.theme import HEADING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.pdf.pages import Pen


# --- How wide the columns of a table want to be, and have to be.
#
# A table whose lines fit beside each other is left to Typst.  For any other one the template gets
# the wishes of its columns and their longest words, which it measures: no word may run over the
# next cell, and where a word is too long for that, the table is set smaller or turned.

_LINE = 374.0  # the length of a line in points, 132 mm
_LETTER = 5.6  # the width of a letter in a table in points, if it is a wide one
_CELL = 8.0  # the space beside the text of a cell in points
_SPACE = re.compile(r"[^\S\u00a0]+")  # at which a line may end
_MEASURED = 3  # words of a column: which of the longest is the widest, only Typst knows

# The template's functions for words, by where they stand.
_HEAD, _CODE, _TEXT = "head-word", "computer-text", "text"


class _Word(NamedTuple):
    length: int
    text: str
    function: str


@dataclass(slots=True)
class _Column:
    letters: int = 0  # of its longest line
    words: set[_Word] = dataclasses.field(default_factory=set)

    @property
    def wish(self) -> float:
        """Its width with every line unbroken, in points."""
        return self.letters * _LETTER + _CELL

    @property
    def longest(self) -> list[_Word]:
        return sorted(self.words, reverse=True)[:_MEASURED]

    @property
    def least(self) -> float:
        """Its width with the longest word unbroken, in points, if its letters are wide."""
        return max((word.length for word in self.words), default=0) * _LETTER + _CELL


def columns(table: nodes.Element) -> str:
    """The columns of a table: Typst's own for one without long lines, otherwise all to fit it."""
    group = next(table.findall(nodes.tgroup))
    specs = [child for child in group.children if isinstance(child, nodes.colspec)]
    found = [_Column() for _ in specs]
    for at, entry in _placed(group):
        _read(entry, found[at])
    if "colwidths-given" in table["classes"]:
        given = [float(spec["colwidth"]) for spec in specs]
        widths = [_LINE * width / sum(given) for width in given]
        if all(column.least <= width for column, width in zip(found, widths, strict=True)):
            return code.array(f"{spec['colwidth']}fr" for spec in specs)
        return _fitted(table, found, given, [_LINE] * len(found))
    if sum(column.wish for column in found) <= _LINE:
        return code.array("auto" for _ in found)
    # By the root of its longest line, a column of long texts leaves others enough.
    weights = [sqrt(column.wish) for column in found]
    return _fitted(table, found, weights, [column.wish for column in found])


def _fitted(
    table: nodes.Element, found: list[_Column], weights: Sequence[float], most: Sequence[float]
) -> str:
    words = code.array(
        code.array(code.call(word.function, code.string(word.text)) for word in column.longest)
        for column in found
    )
    facts = {
        "weights": code.array(f"{weight:.2f}" for weight in weights),
        "most": code.array(f"{width:.1f}pt" for width in most),
        "words": words,
        "may-turn": code.value(isinstance(table.parent, (nodes.section, nodes.document))),
    }
    return "(" + "".join(f"{name}: {fact}, " for name, fact in facts.items()) + ")"


def _placed(group: nodes.Element) -> Iterator[tuple[int, nodes.Element]]:
    """The cells that span one column, each with the number of its column from 0."""
    for part in group.children:
        if isinstance(part, nodes.colspec):
            continue
        taken: dict[int, int] = {}  # rows below that a cell reaches into, by column
        for row in part.children:
            at = 0
            below = {column: rows - 1 for column, rows in taken.items() if rows > 1}
            for entry in (child for child in row.children if isinstance(child, nodes.entry)):
                while at in taken:
                    at += 1
                span = entry.get("morecols", 0) + 1
                if span == 1:
                    yield at, entry
                if rows := entry.get("morerows", 0):
                    below |= dict.fromkeys(range(at, at + span), rows)
                at += span
            taken = below


def _read(entry: nodes.Element, column: _Column) -> None:
    lines = entry.astext().splitlines()
    column.letters = max(column.letters, *map(len, lines), 0)
    plain = _HEAD if isinstance(entry.parent.parent, nodes.thead) else _TEXT
    for text in entry.findall(nodes.Text):
        is_code = isinstance(text.parent, nodes.literal)
        function, said = (_CODE, text.astext()) if is_code else (plain, unbroken(text.astext()))
        words = {word for part in cut(said) for word in _SPACE.split(part) if word}
        column.words |= {_Word(len(word), word, function) for word in words}


# --- Block nodes: headings, paragraphs, notes, figures, lists and tables.

# The template's function for each class of paragraphs.
_STYLES = {
    "record-fingerprint": "fine-print",
    **dict.fromkeys(
        ("record-note", "backlinks", "passage-revised", "stated-in", "tombstone-notice"),
        "note-text",
    ),
}

# Letters of a note or definition up to which it is kept on one page: ten lines of print.
_SHORT = 800
_LABEL = 14  # characters that the column of a record's labels has room for

_HIGH = (nodes.image, nodes.table, nodes.literal_block, nodes.math_block, nodes.line_block)

_COUNTERS = {
    "arabic": "1", "loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I",
}  # fmt: skip
_ALIGNMENTS = {"text-left": "left", "text-center": "center", "text-right": "right"}


def called(function: str) -> Draw:
    """A drawing function that calls ``function`` of the template with the node's children."""
    return lambda node, pen: pen.call(node, function, pen.children(node))


def listed(function: str) -> Draw:
    """A drawing function that calls ``function`` with an array of the node's items."""
    return lambda node, pen: pen.call(node, function, code.array(map(pen.draw, node.children)))


def section(node: nodes.Element, pen: Pen) -> str:
    pen.level += 1
    body = pen.children(node)
    pen.level -= 1
    return body


def title(node: nodes.Element, pen: Pen) -> str:
    """A heading: the page's own, a section's, or that of a block such as a sidebar."""
    body, anchors = pen.title(node)
    anchors = anchors or code.EMPTY
    if not isinstance(node.parent, nodes.section):
        return pen.call(node, "block-title", code.block([anchors, body]))
    if pen.level > 1:
        named = {} if pen.is_listed else {"outlined": "false"}
        return pen.call(node, "section-title", str(pen.level), code.block([anchors]), body, **named)
    function = "document-title" if pen.subject.has_record else "page-title"
    return pen.call(node, function, code.block([anchors]), body)


def paragraph(node: nodes.Element, pen: Pen) -> str:
    return pen.call(node, "paragraph", _styled(node, pen))


def _styled(node: nodes.Element, pen: Pen) -> str:
    """The text of a paragraph in the style of its class, if the template has one."""
    text = spoken_in(node, _in_its_direction(node, pen), pen)
    function = next((_STYLES[name] for name in node["classes"] if name in _STYLES), None)
    return code.call(function, text) if function else text


def _in_its_direction(node: nodes.Element, pen: Pen) -> str:
    """The text of a node, isolated if it runs against the direction of its page.

    What it names in another language, such as a title, does not decide on its direction, unless it
    says nothing else.
    """
    around = pen.subject.from_the_right
    if not runs_against(own_text(node) or node.astext(), around):
        return pen.children(node)
    before = pen.anchored("")  # the label in the margin stays outside the isolate
    return code.block([before, isolated(pen.children(node), not around)])


def _flow(children: Sequence[nodes.Node], pen: Pen) -> str:
    """Blocks, of which the first begins on the line of the mark or term before it."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, nodes.paragraph) and not parts:
            pen.wait(child["ids"])
            parts.append(pen.placed(child, _styled(child, pen)))
        else:
            parts += ["parbreak()"] if parts and isinstance(child, nodes.paragraph) else []
            parts.append(pen.draw(child))
    return code.block(parts)


def _parted(
    node: nodes.Element, *kinds: type[nodes.Element]
) -> tuple[list[nodes.Element], list[nodes.Node]]:
    """The children of these classes, and the others."""
    found = [child for child in node.children if isinstance(child, kinds)]
    return found, [child for child in node.children if not isinstance(child, kinds)]


def clauses(node: nodes.Element, pen: Pen) -> str:
    """The parts of a passage, each with its own parts, as items without marks."""
    items: list[list[str]] = []
    for child in node.children:
        drawn = pen.draw(child)
        if items and isinstance(child, type(node)):
            items[-1].append(drawn)
        elif drawn:
            items.append([drawn])
    return pen.call(node, "clauses", code.array(map(code.block, items)))


def block_quote(node: nodes.Element, pen: Pen) -> str:
    sources, said = _parted(node, nodes.attribution)
    body = pen.joined(said)
    attribution = _in_its_direction(sources[0], pen) if sources else "none"
    return pen.call(node, "block-quote", body, attribution=attribution)


def literal_block(node: nodes.Element, pen: Pen) -> str:
    """Code with its line breaks."""
    language = node.get("language")
    known = code.value(None if language in ("default", "none", "text") else language)
    return pen.call(node, "code-block", known, code.string(node.astext()), **_set_beside(pen))


def _set_beside(pen: Pen) -> dict[str, str]:
    """The anchors of a block that is no text, and its label in the margin, as arguments."""
    given = {"anchors": pen.flush(), "label": pen.take_mark()}
    return {name: code.block([drawn]) for name, drawn in given.items() if drawn}


def line_block(node: nodes.Element, pen: Pen) -> str:
    """Lines of verse or an address, each with the depth of its indentation."""
    return pen.call(node, "line-block", code.array(_lines(node, pen, 0)))


def _lines(node: nodes.Element, pen: Pen, depth: int) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, nodes.line_block):
            yield from _lines(child, pen, depth + 1)
        elif drawn := pen.draw(child):
            yield code.array([str(depth), drawn])


def line(node: nodes.Element, pen: Pen) -> str:
    return pen.anchored(_in_its_direction(node, pen))


def transition(node: nodes.Element, pen: Pen) -> str:
    """A break in the text; not the one that MyST puts before its list of footnotes."""
    return "" if "footnotes" in node["classes"] else "transition()"


def admonition(node: nodes.Element, pen: Pen) -> str:
    """An editor's note, or an admonition headed by its title or its kind."""
    function = "editors-note" if "editors-note" in node["classes"] else "admonition"
    titles, rest = _parted(node, nodes.title)
    head = [pen.children(heading) for heading in titles]
    if not titles:
        kind = node.get(HEADING) or str(admonitionlabels.get(node.tagname, "Note"))
        head.append(pen.anchored(code.string(kind)))
    whole = {"breakable": "false"} if _is_short(rest) else {}
    return pen.call(node, function, code.block(head), pen.joined(rest), **whole)


def _is_short(parts: Iterable[nodes.Node]) -> bool:
    """Whether these are some lines of text, and nothing that is higher than its letters."""
    return sum(len(part.astext()) for part in parts) < _SHORT and not any(
        child for part in parts if isinstance(part, nodes.Element)
        for child in part.findall(lambda each: isinstance(each, _HIGH))
    )  # fmt: skip


def footnotes(doctree: nodes.document) -> dict[str, nodes.footnote]:
    """The footnotes of a page by their ids."""
    return {id_: note for note in doctree.findall(nodes.footnote) for id_ in note["ids"]}


def marked_footnotes(doctree: nodes.document) -> frozenset[str]:
    """The ids of the footnotes of a page that a mark leads to."""
    marks = doctree.findall(nodes.footnote_reference)
    return frozenset(mark["refid"] for mark in marks if "refid" in mark)


def footnote_reference(node: nodes.Element, pen: Pen) -> str:
    """The mark of a footnote.  The first mark carries the note to the foot of its page."""
    note = pen.footnotes.get(node.get("refid", ""))
    if note is None:
        pen.fault(node, f"The footnote “{node.astext()}” is not defined. To mend: write it.")
        return ""
    addresses, docname, id_ = pen.subject.addresses, pen.subject.docname, note["ids"][0]
    place, number = code.string(addresses.label(docname, id_)), code.string(node.astext())
    if id_ in pen.noted:
        address = code.string(addresses.page(docname, id_))
        link = code.call("archive-link", '"term"', place, address, number)
        return pen.anchored(code.call("super", link))
    pen.noted.add(id_)
    _label, body = _labelled(note)
    with pen.elsewhere(note["ids"]):
        pen.mark(note)
        drawn = _flow(body, pen)
    if pen.is_repeated:
        return code.call("repeated-note", place, number, drawn)
    return pen.anchored(code.call("note", number, drawn))


def footnote(node: nodes.Element, pen: Pen) -> str:
    """Nothing for a note with a mark, which prints it; a note without one is printed in place."""
    if not pen.marked.isdisjoint(node["ids"]):
        pen.forget(node["ids"])
        return ""
    label, body = _labelled(node)
    return pen.call(node, "markless-note", code.string(label), _flow(body, pen))


def _labelled(node: nodes.Element) -> tuple[str, list[nodes.Node]]:
    """The label of a note or citation, and its body."""
    labels, body = _parted(node, nodes.label)
    return labels[0].astext() if labels else "*", body


def citation(node: nodes.Element, pen: Pen) -> str:
    """An entry of a bibliography: the work, and below it where it is cited."""
    label, (work, *rest) = _labelled(node)
    head, said = [pen.anchored(code.string(label))], [_flow([work], pen)]
    around = pen.subject.from_the_right
    if runs_against(label or work.astext(), around):  # label and work are one isolate
        begin, end = bounds(not around)
        head, said = [begin, *head], [*said, end]
    entry = code.call("reference", code.block(head), code.block(said))
    drawn = [pen.placed(node, entry)]
    if rest:
        drawn.append(code.call("below-reference", pen.joined(rest)))
    return code.block(drawn)


def drawing(node: nodes.Element, pen: Pen) -> str:
    """A drawing of the archive's facts, as an SVG image without links."""
    shown: Drawing = node["drawing"]
    labels = tuple(
        each for each in shown.shapes
        if isinstance(each, Label) and not fonts.in_alphabets(each.words)
    )  # fmt: skip
    shapes = tuple(each for each in shown.shapes if each not in labels)
    drawn = written(replace(shown, shapes=shapes), linked=False)
    source, words = code.call("bytes", code.string(drawn)), code.string(shown.description)
    picture = code.call("block-image", source, words, "100%")
    if labels:
        set_over = code.value([
            (each.x, each.y, each.anchor, LABEL_SIZE, each.language or pen.subject.language,
             each.words) for each in labels
        ])  # fmt: skip
        size = (code.value(shown.width), code.value(shown.height))
        picture = code.call("labelled-drawing", source, words, *size, set_over)
    return pen.placed(node, code.block([picture, code.call("note-text", pen.children(node))]))


def figure(node: nodes.Element, pen: Pen) -> str:
    """An image or other block with its caption and legend."""
    beside = _set_beside(pen)
    below, above = _parted(node, nodes.caption, nodes.legend)
    body = pen.joined(above)
    captions = [child for child in below if isinstance(child, nodes.caption)]
    legends = [child for child in below if isinstance(child, nodes.legend)]
    caption = (
        code.block(_in_its_direction(child, pen) for child in captions) if captions else "none"
    )
    legend = pen.joined(part for child in legends for part in child.children)
    number = str(node.get("width", "")).strip().removesuffix("%")
    if class_of(f"{number}%"):
        beside["width"] = f"{number}%"
    return pen.call(node, "illustration", body, caption, legend, **beside)


def math_block(node: nodes.Element, pen: Pen) -> str:
    """A displayed formula with its number, if it has one, and its label in the margin."""
    drawn = formula(node, pen)
    if not drawn:
        return ""
    beside = _set_beside(pen)
    number = code.value(f"({node['number']})" if node.get("number") else None)
    spoken = spoken_alternative(node)
    return pen.call(node, "display-formula", spoken, number, drawn, **beside)


def bullet_list(node: nodes.Element, pen: Pen) -> str:
    items = _items(node, pen)
    return pen.call(node, "bullet-list", _tight(node), items) if items else ""


def enumerated_list(node: nodes.Element, pen: Pen) -> str:
    counter = _COUNTERS[node.get("enumtype", "arabic")]
    numbering = code.string(f"{node.get('prefix', '')}{counter}{node.get('suffix', '.')}")
    first = str(node.get("start", 1))
    items = _items(node, pen)
    return pen.call(node, "numbered-list", _tight(node), numbering, first, items) if items else ""


def _items(node: nodes.Element, pen: Pen) -> str:
    """The items of a list; empty if they hold only what is printed elsewhere, such as footnotes."""
    items = [pen.draw(child) for child in node.children]
    return code.array(items) if any(item != code.EMPTY for item in items) else ""


def _tight(node: nodes.Element) -> str:
    """Whether items are set without space between: each is one paragraph, or one with lists."""
    return code.value(all(
        isinstance(child, nodes.Sequential) for item in node.children for child in item.children[1:]
    ))  # fmt: skip


def list_item(node: nodes.Element, pen: Pen) -> str:
    return _flow(node.children, pen)


def signatories(node: nodes.Element, pen: Pen) -> str:
    """A group of signatories in columns, each with its label before its name."""
    heading = pen.anchored(code.string(node["heading"])) if node["heading"] else "none"
    items = [_signatory(item, pen) for item in node.findall(nodes.list_item)]
    return pen.call(node, "signatories", heading, code.array(items))


def _signatory(item: nodes.Element, pen: Pen) -> str:
    """The label of a signatory and the name, for two cells beside each other."""
    said = [child for child in item.children if not isinstance(child, nodes.Invisible)]
    parts: list[str] = []
    label = ""
    for child in said:
        if not parts and isinstance(child, nodes.paragraph):
            pen.wait([*item["ids"], *child["ids"]])
            pen.mark(child, "signatory-label")
            label = code.block([pen.flush(), pen.take_mark()])
            parts.append(_styled(child, pen))
        else:
            parts.append(pen.draw(child))
    return code.array([label or code.EMPTY, code.block(parts)])


def definition_list_item(node: nodes.Element, pen: Pen) -> str:
    """A pair: the terms, which may be several, and their definition."""
    definitions, names = _parted(node, nodes.definition)
    terms: list[str] = []
    for name in names:
        terms += [code.string(", ")] if terms and isinstance(name, nodes.term) else []
        terms.append(pen.draw(name))
    said = [part for definition in definitions for part in definition.children]
    return code.array([code.block(terms), _flow(said, pen), code.value(_is_short(said))])


def classifier(node: nodes.Element, pen: Pen) -> str:
    return code.block([code.string(" : "), code.call("emph", pen.children(node))])


def field(node: nodes.Element, pen: Pen) -> str:
    (body,), (name,) = _parted(node, nodes.field_body)
    return code.array([pen.joined(name.children), _flow(body.children, pen)])


def option_list_item(node: nodes.Element, pen: Pen) -> str:
    (description,), (group,) = _parted(node, nodes.description)
    options = ", ".join(option.astext() for option in group.children)
    name = pen.anchored(code.call("computer-text", code.string(options)))
    said = description.children
    return code.array([code.block([name]), _flow(said, pen), code.value(_is_short(said))])


def record_card(node: nodes.Element, pen: Pen) -> str:
    """The record below a document's title."""
    fields = [item for child in node.children for item in child.children]
    longest = max((len(name.astext()) for name in node.findall(nodes.field_name)), default=0)
    wide = {"width": "32mm"} if longest > _LABEL else {}
    return pen.call(node, "record", code.array(pen.draw(item) for item in fields), **wide)


def table(node: nodes.Element, pen: Pen) -> str:
    """A table.  Its head is repeated on each page."""
    titles, (group,) = _parted(node, nodes.title)
    pen.wait([id_ for title in titles for id_ in title["ids"]])
    with pen.repeated():
        caption = _caption(titles[0], pen) if titles else ""
        head = _cells(group.findall(nodes.thead), pen)
    beside = _set_beside(pen)
    body = _cells(group.findall(nodes.tbody), pen)
    named = {"caption": caption} if caption else {}
    return pen.call(node, "data-table", columns(node), head, body, **named, **beside)


def _caption(title: nodes.Element, pen: Pen) -> str:
    around = pen.subject.from_the_right
    body = pen.children(title)
    return isolated(body, not around) if runs_against(title.astext(), around) else body


def _cells(parts: Iterable[nodes.Element], pen: Pen) -> str:
    return code.array(
        pen.draw(entry) for part in parts for row in part.children for entry in row.children
    )


def entry(node: nodes.Element, pen: Pen) -> str:
    """A cell with its alignment and the columns and rows it spans."""
    spans = {"colspan": node.get("morecols", 0) + 1, "rowspan": node.get("morerows", 0) + 1}
    named = {name: str(span) for name, span in spans.items() if span > 1}
    for name in node["classes"]:
        if name in _ALIGNMENTS:
            named["align"] = _ALIGNMENTS[name]
    return code.call("table.cell", pen.children(node), **named)
