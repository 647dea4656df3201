"""Runs pandoc on a file and turns its document tree into blocks, notes and remarks.

Pandoc runs in a process of its own with bounded time and memory.  ``--sandbox`` keeps its readers
from opening any other file or address (Pandoc User's Guide, "A note on security", which also names
``+RTS -M`` for the heap).  The tree's constructors are those of pandoc-types 1.23
(``Text.Pandoc.Definition``).  Tracked changes are accepted, and each becomes a remark.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archive.importing import (
    Block,
    Finding,
    Form,
    Note,
    Properties,
    RefusedError,
    Remark,
    Run,
    Text,
    library,
    plain,
)
from archive.model.showing import letters, roman

SECONDS = 60
HEAP = "380m"  # of a process that takes a third more
MAX_OUTPUT = 256 * 2**20  # bytes of the tree
_HEAP_EXHAUSTED = 251  # exit code of the GHC runtime


def text(data: bytes, form: str, options: Sequence[str] = ()) -> Text:
    """Read ``data``, which has the format that pandoc calls ``form``.

    Raises RefusedError where the file cannot be read within the limits.
    """
    walker = _Walker()
    try:
        tree = json.loads(_run(data, form, options))
        blocks = tuple(_joined(walker.blocks(tree["blocks"])))
        properties = _properties(tree["meta"], walker)
        works = dict(_works(tree["meta"]))
    except RecursionError as error:
        raise _too_much("is nested too deep") from error
    return Text(blocks, tuple(walker.notes), works, properties, tuple(walker.remarks))


def _run(data: bytes, form: str, options: Sequence[str]) -> bytes:
    """The document tree of ``data`` as pandoc's JSON."""
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
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1].rstrip(".")[:200] if said else "pandoc says nothing more"
        raise RefusedError(
            "import-unreadable", f"The file cannot be read: {why}.",
            "open it in its own program, save it anew, or give it as plain text.",
        )  # fmt: skip
    return done.stdout


def _too_much(what: str) -> RefusedError:
    return RefusedError(
        "import-too-much", f"The file {what}.",
        "split it, or save it as plain text and import that.",
    )  # fmt: skip


# --- From the tree to a text

# Classes by which our readers mark up notes that pandoc would not recognise as notes.
MARK, NOTE = "archive-mark", "archive-note"
# What stands around the number of a paragraph that a reader knows better than pandoc.
LABEL = "\ue010", "\ue011"
_LABELLED = re.compile(f"{LABEL[0]}([^{LABEL[1]}]*){LABEL[1]}")

_Nodes = Sequence[Mapping[str, Any]]
_Blocks = Iterator[Block]
_Runs = Iterator[Run]

_PLAIN = {"Strong", "Underline", "SmallCaps", "Superscript", "Subscript"}
_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}
_UNENDED = Run("\u200b", italic=True)  # the last run of a paragraph whose end was deleted


def _joined(blocks: Iterable[Block]) -> _Blocks:
    """The blocks; a paragraph whose end was deleted is joined to the next block."""
    held: tuple[Run, ...] = ()
    for block in blocks:
        whole = replace(block, runs=(*held, *block.runs))
        held = ()
        if block.runs and block.runs[-1] is _UNENDED:
            held = whole.runs[:-1]
        else:
            yield whole
    if held:
        yield Block(Form.PARAGRAPH, held)


class _Walker:
    """Walks a tree and collects its notes and remarks.

    ``_block_para`` reads a ``Para``, and so on; ``form`` and ``depth`` are what surrounds a block
    (a quotation, a list item), ``style`` what surrounds inlines (italics, a link).
    """

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.remarks: list[Remark] = []
        self.count = 0  # of notes without an id of their own

    def remark(self, finding: Finding, what: str, words: str = "") -> None:
        self.remarks.append(Remark(finding, what, words))

    def blocks(self, nodes: _Nodes, form: Form = Form.PARAGRAPH, depth: int = 0) -> _Blocks:
        for node in nodes:
            handler = getattr(self, f"_block_{node['t'].lower()}", None)
            if handler is None:
                self.remark(Finding.LOST, f"A part of the kind {node['t']} was not read.")
            else:
                yield from handler(node.get("c"), form, depth)

    def _block_para(self, content: _Nodes, form: Form, depth: int) -> _Blocks:
        label, runs = _unlabelled(tuple(self.runs(content)))
        if plain(runs) or any(run.note or run.works or run is _UNENDED for run in runs):
            yield Block(form, runs, label, level=depth)

    _block_plain = _block_para

    def _block_header(self, content: Any, form: Form, depth: int) -> _Blocks:
        label, runs = _unlabelled(tuple(self.runs(content[2])))
        if plain(runs):
            yield Block(Form.HEADING, runs, label, level=content[0])

    def _block_blockquote(self, content: _Nodes, form: Form, depth: int) -> _Blocks:
        yield from self.blocks(content, Form.QUOTE, depth)

    def _block_codeblock(self, content: Any, form: Form, depth: int) -> _Blocks:
        yield Block(Form.CODE, (Run(content[1]),))

    def _block_lineblock(self, content: Any, form: Form, depth: int) -> _Blocks:
        yield Block(form, tuple(run for line in content for run in (*self.runs(line), Run("\n"))))

    def _raw(self, content: Any, *around: object) -> tuple[()]:
        self.remark(Finding.LOST, f"Raw {content[0]} was not taken in.", content[1])
        return ()

    _block_rawblock = _inline_rawinline = _raw

    def _block_horizontalrule(self, *nothing: object) -> tuple[()]:
        return ()

    _block_null = _block_horizontalrule

    def _block_bulletlist(self, content: Any, form: Form, depth: int) -> _Blocks:
        for item in content:
            yield from self._item("•", item, depth)

    def _block_orderedlist(self, content: Any, form: Form, depth: int) -> _Blocks:
        (start, style, delimiter), items = content
        for number, item in enumerate(items, start):
            yield from self._item(_list_label(number, style["t"], delimiter["t"]), item, depth)

    def _item(self, label: str, content: _Nodes, depth: int) -> _Blocks:
        first = True
        for block in self.blocks(content, Form.ITEM, depth + 1):
            labelled = first and block.form is Form.ITEM and not block.label
            yield replace(block, label=label) if labelled else block
            first = False

    def _block_definitionlist(self, content: Any, form: Form, depth: int) -> _Blocks:
        for term, definitions in content:
            yield Block(Form.ITEM, tuple(self.runs(term)), level=depth + 1)
            for definition in definitions:
                yield from self.blocks(definition, form, depth + 1)

    def _block_div(self, content: Any, form: Form, depth: int) -> _Blocks:
        (_, classes, attributes), inside = content
        if NOTE in classes:
            self.notes.append(Note(dict(attributes)["note"], self._joined_runs(inside)))
        else:
            yield from self.blocks(inside, form, depth)

    def _block_figure(self, content: Any, form: Form, depth: int) -> _Blocks:
        _, (_, caption), inside = content
        yield from self.blocks([*inside, *caption], form, depth)

    def _block_table(self, content: Any, form: Form, depth: int) -> _Blocks:
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

    def _joined_runs(self, nodes: _Nodes) -> tuple[Run, ...]:
        """The runs of several blocks, with spaces between them."""
        runs: list[Run] = []
        for block in self.blocks(nodes):
            runs += [Run(" ")] if runs else []
            runs += [Run(f"{block.label} ")] if block.label else []
            runs += block.runs
        return tuple(runs)

    def words(self, nodes: _Nodes) -> str:
        return plain(tuple(self.runs(nodes)))

    def runs(self, nodes: _Nodes, style: Run = Run()) -> _Runs:  # noqa: B008
        """The runs of inlines; words that follow one another make one run."""
        words: list[str] = []
        for node in nodes:
            kind = node["t"]
            if kind == "Str" or kind in _SPACES:
                words.append(_SPACES.get(kind) or node["c"].replace("\xad", ""))  # soft hyphens
                continue
            if words:
                yield replace(style, text="".join(words))
                words = []
            name = "_inline_plain" if kind in _PLAIN else f"_inline_{kind.lower()}"
            handler = getattr(self, name, None)
            if handler is None:
                self.remark(Finding.LOST, f"Something of the kind {kind} was not read.")
            else:
                yield from handler(node.get("c", ()), style)
        if words:
            yield replace(style, text="".join(words))

    def _inline_plain(self, content: _Nodes, style: Run) -> _Runs:
        yield from self.runs(content, style)

    def _inline_emph(self, content: _Nodes, style: Run) -> _Runs:
        yield from self.runs(content, replace(style, italic=True))

    def _inline_strikeout(self, content: _Nodes, style: Run) -> _Runs:
        runs = tuple(self.runs(content, style))
        self.remark(Finding.DECIDED, "Words struck through were kept as text.", plain(runs))
        yield from runs

    def _inline_quoted(self, content: Any, style: Run) -> _Runs:
        kind, inside = content
        opening, closing = "‘’" if kind["t"] == "SingleQuote" else "“”"
        yield replace(style, text=opening)
        yield from self.runs(inside, style)
        yield replace(style, text=closing)

    def _inline_code(self, content: Any, style: Run) -> _Runs:
        yield replace(style, text=content[1])

    _inline_math = _inline_code

    def _inline_link(self, content: Any, style: Run) -> _Runs:
        _, inside, (target, _) = content
        link = target if target.startswith(("http://", "https://", "mailto:")) else None
        yield from self.runs(inside, replace(style, link=link))

    def _inline_image(self, content: Any, style: Run) -> tuple[()]:
        _, alternative, (target, _) = content
        said = self.words(alternative)
        where = " of another host" if "://" in target else ""
        self.remark(Finding.LOST, f"A picture{where} was left out.", said or target[:200])
        return ()

    def _inline_note(self, content: _Nodes, style: Run) -> _Runs:
        self.count += 1
        id_, place = str(self.count), len(self.notes)
        self.notes.insert(place, Note(id_, self._joined_runs(content)))  # before notes within it
        yield Run(note=id_)

    def _inline_cite(self, content: Any, style: Run) -> _Runs:
        citations, shown = content
        yield from self.runs(shown, style)
        yield Run(works=tuple(each["citationId"] for each in citations))

    def _inline_span(self, content: Any, style: Run) -> _Runs:
        (_, classes, pairs), inside = content
        attributes = dict(pairs)
        if MARK in classes:
            yield Run(note=attributes["note"])
        elif "comment-start" in classes:
            who = attributes.get("author", "somebody")
            self.remark(Finding.COMMENT, f"A comment of {who}.", self.words(inside))
        elif "deletion" in classes:
            self._change("deleted", attributes, self.words(inside))
        elif "paragraph-deletion" in classes:
            self._change("joined two paragraphs", attributes, "")
            yield _UNENDED
        else:
            runs = tuple(self.runs(inside, style))
            if "insertion" in classes:
                # They stand in the text: only what is not there is left out.
                self._change("inserted", attributes, plain(runs), Finding.FOUND)
            yield from runs

    def _change(
        self, what: str, attributes: Mapping[str, str], words: str, kind: Finding = Finding.CHANGE
    ) -> None:
        who = attributes.get("author", "Somebody")
        when = attributes.get("date", "")[:10]
        self.remark(kind, f"{who} {what} ({when}); accepted.", words)


def _unlabelled(runs: tuple[Run, ...]) -> tuple[str, tuple[Run, ...]]:
    """The number that stands before the words of a paragraph, and the words."""
    match = next(filter(None, (_LABELLED.search(run.text) for run in runs)), None)
    if match is None:
        return "", runs
    return match[1], tuple(replace(run, text=_LABELLED.sub("", run.text)) for run in runs)


def _list_label(number: int, style: str, delimiter: str) -> str:
    """The label of a list item as written: ``(a)``, ``iv.``, ``3)``."""
    ways = {"Alpha": letters, "Roman": roman}
    text = ways.get(style[-5:], str)(number)
    text = text.upper() if style.startswith("Upper") else text
    return {"OneParen": f"{text})", "TwoParens": f"({text})"}.get(delimiter, f"{text}.")


# --- The metadata of a tree


def _properties(meta: Mapping[str, Any], walker: _Walker) -> Properties:
    found = {key: _flat(_value(value, walker)) for key, value in meta.items()
             if key not in {"references", "nocite", "generator"}}  # fmt: skip
    known = {key: found.pop(key, "") or None for key in ("title", "author", "date")}
    language = found.pop("lang", None) or found.pop("language", None)
    for key, words in found.items():
        if words:
            walker.remark(Finding.LOST, f"The {key} of the file’s head is not in the draft.", words)
    return Properties(**known, language=language)


def _works(meta: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The CSL-JSON items that pandoc takes out of a citation manager's fields, by id."""
    for item in meta.get("references", {}).get("c", ()):
        csl = _value(item, _Walker())
        if isinstance(csl, dict) and csl.get("id"):
            yield str(csl["id"]), csl


def _value(value: Mapping[str, Any], walker: _Walker) -> Any:
    """A value of the metadata: a string, or a list or a dictionary of values."""
    kind, content = value["t"], value.get("c") or ()
    if kind == "MetaMap":
        return {key: _value(each, walker) for key, each in dict(content).items()}
    if kind == "MetaList":
        return [_value(each, walker) for each in content]
    if kind == "MetaInlines":
        return walker.words(content)
    if kind == "MetaBlocks":
        return " ".join(block.text for block in walker.blocks(content))
    return str(value.get("c", ()))


def _flat(value: Any) -> str:
    """A value of the metadata on one line."""
    if isinstance(value, str):
        return value.replace("\n", " ")
    parts = value.values() if isinstance(value, dict) else value
    return "; ".join(filter(None, map(_flat, parts)))
