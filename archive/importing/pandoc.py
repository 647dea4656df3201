"""Pandoc, run apart: without network or files of its own, with bounded time and memory.

``--sandbox`` keeps readers from reading any file or address but the input (Pandoc User's Guide, "A
note on security", which also names ``+RTS -M`` for the heap).

Pandoc's document tree as blocks, notes and remarks.

The tree's constructors are those of pandoc-types 1.23 (``Text.Pandoc.Definition``).  Tracked
changes stand as accepted, and what they were is told.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archive.importing.refusal import RefusedError, library
from archive.importing.text import Block, Finding, Form, Note, Properties, Remark, Run, Text, plain

SECONDS = 60
HEAP = "1g"
MAX_OUTPUT = 256 * 2**20  # bytes of the tree
_HEAP_EXHAUSTED = 251  # exit code of the GHC runtime


def read(data: bytes, form: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """The document tree of ``data``, as pandoc's JSON; ``form`` is pandoc's name of the format.

    Raises RefusedError where the file cannot be read within the limits.
    """
    pandoc = library("pypandoc").get_pandoc_path()
    command = [
        pandoc, "+RTS", f"-M{HEAP}", "-RTS", "--sandbox", "--from", form, "--to", "json", *options
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=SECONDS,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": os.devnull},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _too_much(f"takes more than {SECONDS} seconds to read") from error
    if done.returncode == _HEAP_EXHAUSTED or len(done.stdout) > MAX_OUTPUT:
        raise _too_much("needs too much memory to read")
    if done.returncode:
        raise RefusedError(
            "import-unreadable", f"The file cannot be read: {_last_line(done.stderr)}.",
            "open it in its own program, save it anew, or give it as plain text.",
        )  # fmt: skip
    try:
        tree: dict[str, Any] = json.loads(done.stdout)
    except RecursionError as error:
        raise _too_much("is nested too deep") from error
    return tree


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].rstrip(".")[:200] if lines else "pandoc says nothing more"


def _too_much(what: str) -> RefusedError:
    return RefusedError(
        "import-too-much", f"The file {what}.",
        "split it, or save it as plain text and import that.",
    )  # fmt: skip


# Classes a reader of ours gives to what pandoc would not know for a note.
MARK, NOTE = "archive-mark", "archive-note"

Inlines = Sequence[Mapping[str, Any]]

_ITALIC = {"Emph"}
_PLAIN = {"Strong", "Underline", "SmallCaps", "Superscript", "Subscript"}
_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}


def text_of(tree: Mapping[str, Any]) -> Text:
    """The text of a whole tree.  Raises RefusedError where it is nested too deep."""
    walker = _Walker()
    try:
        blocks = list(walker.blocks(tree["blocks"]))
        properties = _properties(tree["meta"], walker)
        works = dict(_works(tree["meta"]))
    except RecursionError as error:
        raise RefusedError(
            "import-too-much", "The file is nested too deep.", "save it as plain text."
        ) from error
    return Text(
        tuple(_joined(blocks)), tuple(walker.notes), works, properties, tuple(walker.remarks)
    )


class _Walker:
    """Goes through a tree and keeps the notes and remarks it meets."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.remarks: list[Remark] = []
        self.count = 0  # of notes without an id of their own

    def blocks(
        self, blocks: Inlines, form: Form = Form.PARAGRAPH, depth: int = 0
    ) -> Iterator[Block]:
        for node in blocks:
            handler = getattr(self, f"_block_{node['t'].lower()}", None)
            if handler is None:
                self.remark(Finding.LOST, f"A part of the kind {node['t']} was not read.")
            else:
                yield from handler(node.get("c"), form, depth)

    def remark(self, finding: Finding, what: str, words: str = "") -> None:
        self.remarks.append(Remark(finding, what, words))

    # --- blocks

    def _block_para(self, content: Inlines, form: Form, depth: int) -> Iterator[Block]:
        runs = tuple(self.runs(content))
        if (
            plain(runs)
            or any(run.note or run.works for run in runs)
            or (runs and runs[-1] is _UNENDED)
        ):
            yield Block(form, runs, level=depth)

    _block_plain = _block_para

    def _block_header(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        runs = tuple(self.runs(content[2]))
        if plain(runs):
            yield Block(Form.HEADING, runs, level=content[0])

    def _block_blockquote(self, content: Inlines, form: Form, depth: int) -> Iterator[Block]:
        yield from self.blocks(content, Form.QUOTE, depth)

    def _block_codeblock(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        yield Block(Form.CODE, (Run(content[1]),))

    def _block_lineblock(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        lines = [tuple(self.runs(line)) for line in content]
        yield Block(form, tuple(run for line in lines for run in (*line, Run("\n"))))

    def _block_rawblock(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        self.remark(Finding.LOST, f"Raw {content[0]} was not taken in.", content[1])
        yield from ()

    def _block_horizontalrule(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        yield from ()

    _block_null = _block_horizontalrule

    def _block_bulletlist(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        for item in content:
            yield from self._item("•", item, depth)

    def _block_orderedlist(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        (start, style, delimiter), items = content
        for number, item in enumerate(items, start):
            yield from self._item(list_label(number, style["t"], delimiter["t"]), item, depth)

    def _item(self, label: str, content: Inlines, depth: int) -> Iterator[Block]:
        first = True
        for block in self.blocks(content, Form.ITEM, depth + 1):
            labelled = first and block.form is Form.ITEM and not block.label
            yield replace(block, label=label) if labelled else block
            first = False

    def _block_definitionlist(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        for term, definitions in content:
            yield Block(Form.ITEM, tuple(self.runs(term)), level=depth + 1)
            for definition in definitions:
                yield from self.blocks(definition, form, depth + 1)

    def _block_div(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        (_, classes, attributes), inside = content
        if NOTE in classes:
            self.notes.append(Note(dict(attributes)["note"], self._joined_runs(inside)))
        else:
            yield from self.blocks(inside, form, depth)

    def _block_figure(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        _, (_, caption), inside = content
        yield from self.blocks(inside, form, depth)
        yield from self.blocks(caption, form, depth)

    def _block_table(self, content: Any, form: Form, depth: int) -> Iterator[Block]:
        _, (_, caption), _, (_, head), bodies, (_, foot) = content
        yield from self.blocks(caption, form, depth)
        rows = [*head, *(row for body in bodies for row in (*body[2], *body[3])), *foot]
        runs: list[Run] = []
        for _, cells in rows:
            for number, cell in enumerate(cells):
                runs += [Run(" | ")] if number else []
                runs += self._joined_runs(cell[4])
            runs.append(Run("\n"))
        if plain(tuple(runs)).strip(" |\n"):
            self.remark(Finding.DECIDED, f"A table of {len(rows)} rows became one passage.")
            yield Block(Form.TABLE, tuple(runs))

    def _joined_runs(self, blocks: Inlines) -> tuple[Run, ...]:
        runs: list[Run] = []
        for block in self.blocks(blocks):
            runs += [Run(" ")] if runs else []
            runs += [Run(f"{block.label} ")] if block.label else []
            runs += block.runs
        return tuple(runs)

    # --- inlines

    def runs(self, inlines: Inlines, style: Run = Run()) -> Iterator[Run]:  # noqa: B008
        """The runs of inlines; ``style`` is what surrounds them."""
        words: list[str] = []
        for node in inlines:
            kind: str = node["t"]
            content: Any = node.get("c", ())
            if kind == "Str" or kind in _SPACES:
                words.append(content if kind == "Str" else _SPACES[kind])
                continue
            if words:
                yield replace(style, text="".join(words))
                words = []
            yield from self._inline(node, style)
        if words:
            yield replace(style, text="".join(words))

    def _inline(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        kind: str = node["t"]
        if kind in _ITALIC:
            yield from self.runs(node["c"], replace(style, italic=True))
        elif kind in _PLAIN:
            yield from self.runs(node["c"], style)
        else:
            yield from getattr(self, f"_inline_{kind.lower()}", self._inline_other)(node, style)

    def _inline_other(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        self.remark(Finding.LOST, f"Something of the kind {node['t']} was not read.")
        yield from ()

    def _inline_strikeout(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        runs = tuple(self.runs(node["c"], style))
        self.remark(Finding.DECIDED, "Words struck through were kept as text.", plain(runs))
        yield from runs

    def _inline_quoted(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        kind, inside = node["c"]
        opening, closing = "‘’" if kind["t"] == "SingleQuote" else "“”"
        yield replace(style, text=opening)
        yield from self.runs(inside, style)
        yield replace(style, text=closing)

    def _inline_code(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        yield replace(style, text=node["c"][1])

    _inline_math = _inline_code

    def _inline_rawinline(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        self.remark(Finding.LOST, f"Raw {node['c'][0]} was not taken in.", node["c"][1])
        yield from ()

    def _inline_link(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        _, inside, (target, _) = node["c"]
        link = target if target.startswith(("http://", "https://", "mailto:")) else None
        yield from self.runs(inside, replace(style, link=link))

    def _inline_image(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        _, alternative, (target, _) = node["c"]
        said = plain(tuple(self.runs(alternative)))
        where = " of another host" if "://" in target else ""
        self.remark(Finding.LOST, f"A picture{where} was left out.", said or target[:200])
        yield from ()

    def _inline_note(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        self.count += 1
        id_ = str(self.count)
        place = len(self.notes)
        runs = self._joined_runs(node["c"])
        self.notes.insert(place, Note(id_, runs))
        yield Run(note=id_)

    def _inline_cite(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        citations, shown = node["c"]
        yield from self.runs(shown, style)
        yield Run(works=tuple(each["citationId"] for each in citations))

    def _inline_span(self, node: Mapping[str, Any], style: Run) -> Iterator[Run]:
        (_, classes, pairs), inside = node["c"]
        attributes = dict(pairs)
        if MARK in classes:
            yield Run(note=attributes["note"])
        elif "comment-start" in classes:
            self._comment(attributes, inside)
        elif "deletion" in classes:
            self._change("deleted", attributes, plain(tuple(self.runs(inside))))
        elif "paragraph-deletion" in classes:
            self._change("joined two paragraphs", attributes, "")
            yield _UNENDED
        else:
            runs = tuple(self.runs(inside, style))
            if "insertion" in classes:
                self._change("inserted", attributes, plain(runs))
            yield from runs

    def _comment(self, attributes: Mapping[str, str], inside: Inlines) -> None:
        who = attributes.get("author", "somebody")
        self.remark(Finding.COMMENT, f"A comment of {who}.", plain(tuple(self.runs(inside))))

    def _change(self, what: str, attributes: Mapping[str, str], words: str) -> None:
        who = attributes.get("author", "Somebody")
        when = attributes.get("date", "")[:10]
        self.remark(Finding.CHANGE, f"{who} {what} ({when}); accepted.", words)


_UNENDED = Run("\u200b", italic=True)  # ends a paragraph whose end was deleted


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, those whose end was deleted joined to the next."""
    held: tuple[Run, ...] = ()
    for block in blocks:
        whole = replace(block, runs=(*held, *block.runs)) if held else block
        if block.runs and block.runs[-1] is _UNENDED:
            held = whole.runs[:-1]
        else:
            held = ()
            yield whole
    if held:
        yield Block(Form.PARAGRAPH, held)


def list_label(number: int, style: str, delimiter: str) -> str:
    """The label of a list item as written: ``(a)``, ``iv.``, ``3)``."""
    text = {
        "LowerAlpha": lambda: _alphabetic(number),
        "UpperAlpha": lambda: _alphabetic(number).upper(),
        "LowerRoman": lambda: _roman(number),
        "UpperRoman": lambda: _roman(number).upper(),
    }.get(style, lambda: str(number))()
    return {"OneParen": f"{text})", "TwoParens": f"({text})"}.get(delimiter, f"{text}.")


def _alphabetic(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    digits = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    text = ""
    for value, letters in digits:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _properties(meta: Mapping[str, Any], walker: _Walker) -> Properties:
    found = {key: _meta_text(meta[key], walker) or None for key in ("title", "author", "date")
             if key in meta}  # fmt: skip
    for key in meta.keys() - {"title", "author", "date", "references", "lang", "nocite"}:
        words = _meta_text(meta[key], walker)
        if words:
            walker.remark(Finding.LOST, f"The {key} of the file’s head is not in the draft.", words)
    language = _meta_text(meta["lang"], walker) if "lang" in meta else None
    return Properties(**found, language=language)


def _meta_text(value: Mapping[str, Any], walker: _Walker) -> str:
    content: Any = value.get("c", ())
    if value["t"] == "MetaInlines":
        return plain(tuple(walker.runs(content or ()))).replace("\n", " ")
    if value["t"] == "MetaBlocks":
        return " ".join(block.text for block in walker.blocks(content or ())).replace("\n", " ")
    if value["t"] == "MetaList":
        return "; ".join(filter(None, (_meta_text(each, walker) for each in content or ())))
    if value["t"] == "MetaMap":
        return "; ".join(
            filter(None, (_meta_text(each, walker) for each in (content or {}).values()))
        )
    return str(content)


def _works(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The CSL-JSON items that pandoc keeps of a citation manager's fields."""
    for item in meta.get("references", {}).get("c", ()):
        csl = _plain_value(item)
        if isinstance(csl, dict) and csl.get("id"):
            yield str(csl["id"]), csl


def _plain_value(value: Mapping[str, Any]) -> Any:
    kind: str = value["t"]
    content: Any = value.get("c", ())
    if kind == "MetaMap":
        return {key: _plain_value(each) for key, each in content.items()}
    if kind == "MetaList":
        return [_plain_value(each) for each in content]
    if kind == "MetaInlines":
        return plain(tuple(_Walker().runs(content)))
    return _meta_text(value, _Walker())
