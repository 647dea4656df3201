"""The text of a file: its front matter, signs of a draft, and characters that it may not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import yaml

from archive.model import Problem

# --- Front matter: the YAML block at the head of a document, with the line of every value.

_FENCE = "---"
# libyaml's loader is ten times as fast; some builds of PyYAML lack it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# A value of front matter: plain text, a list of texts, or a mapping of further entries.
Value = str | tuple["Entry", ...] | dict[str, "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the line, counted from 1, on which it stands."""

    value: Value
    line: int


def read_front_matter(text: str, path: str) -> tuple[dict[str, Entry], list[Problem]]:
    """Read the front matter of a document's text, with every scalar as text.

    It is YAML 1.1, without implicit numbers, dates and booleans.
    """
    block = _block(text)
    if block is None:
        return {}, [
            Problem(path, 1, "record-missing", "The document has no front matter.",
                    "begin the file with a line ---, the record, and a line ---.")
        ]  # fmt: skip
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block, _Loader)):
            return {}, [_alias_problem(path)]
        node = yaml.compose(block, Loader=_Loader)
        if isinstance(node, yaml.MappingNode):
            problems: list[Problem] = []
            return _convert_mapping(node, path, problems), problems
    except yaml.YAMLError as error:
        return {}, [_syntax_problem(error, path)]
    except RecursionError:
        return {}, [_form_problem(path, 1, "The front matter is nested too deeply.")]
    return {}, [_form_problem(path, 2, "The front matter is not a list of keys with values.")]


def _block(text: str) -> str | None:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != _FENCE:
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]) + "\n"
    return None


def _convert(node: yaml.Node, path: str, problems: list[Problem]) -> Entry:
    line = node.start_mark.line + 2  # the mark counts from 0, and the fence stands above it
    if isinstance(node, yaml.MappingNode):
        return Entry(_convert_mapping(node, path, problems), line)
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_convert(item, path, problems) for item in node.value), line)
    return Entry(str(node.value), line)


def _convert_mapping(
    node: yaml.MappingNode, path: str, problems: list[Problem]
) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            line = key_node.start_mark.line + 2
            problems.append(_form_problem(path, line, "A key is no single text."))
            continue
        if key in entries:
            problems.append(
                Problem(path, key_node.start_mark.line + 2, "record-key-repeated",
                        f"The key “{key}” stands twice; the first is on line {entries[key].line}.",
                        "keep one of them.")
            )  # fmt: skip
            continue
        entries[key] = _convert(value_node, path, problems)
    return entries


def _syntax_problem(error: yaml.YAMLError, path: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be read"
    return Problem(
        path,
        mark.line + 2 if mark else 1,
        "record-syntax",
        f"The front matter is not YAML: {what}.",
        "put quotation marks around a value that holds a colon, a bracket or a quotation mark.",
    )


def _form_problem(path: str, line: int, message: str) -> Problem:
    return Problem(path, line, "record-syntax", message, "write each line as key: value.")


def _alias_problem(path: str) -> Problem:
    return Problem(
        path, 1, "record-alias", "The front matter refers to itself with * or &.",
        "write every value out where it stands.",
    )  # fmt: skip


# --- Drafts: documents as an import wrote them.  A build accepts them, a release refuses them.

# The class of a paragraph that stands in for a passage that is not written yet.
CLASS = "to-rewrite"
MARKER = f"{{.{CLASS}}}"
WORDS = "**To rewrite"  # how that paragraph begins

GUESSED = "Guessed at import"  # how a note of the record on a guess begins
TO_ASSIGN = "To assign"  # the placeholder of a value

_MARKED = re.compile(rf"\{{[^{{}}\n]*\.{CLASS}(?![\w-])[^{{}}\n]*\}}\s*$")


def unfinished(text: str, path: str) -> Iterator[Problem]:
    """Each marker and each guess left in the text of a document."""
    if not any(sign in text for sign in (CLASS, WORDS, GUESSED, TO_ASSIGN)):
        return  # finished documents are not parsed
    yield from _unwritten(text, path)
    entries, _ = read_front_matter(text, path)
    for key, place, mend in _guessed(entries):
        yield Problem(path, place, "draft-record", f"{key}: nobody has confirmed it yet.", mend)


def _unwritten(text: str, path: str) -> Iterator[Problem]:
    before = -1
    for number, line in enumerate(text.splitlines(), 1):
        if _MARKED.search(line) or (WORDS in line and number != before + 1):
            yield Problem(
                path, number, "draft-passage", "This passage is not written yet.",
                f"write it in the archive’s own words, and remove {MARKER} and the marker.",
            )  # fmt: skip
            before = number


def _guessed(entries: dict[str, Entry]) -> Iterator[tuple[str, int, str]]:
    """Key, line and mend of each value that the import guessed or left open."""
    for key, entry in entries.items():
        for item in _texts(entry):
            value = str(item.value)
            if value == TO_ASSIGN:
                yield key, item.line, "write them in its place."
            elif value.startswith(GUESSED):
                what = key.removesuffix("-note")
                yield key, item.line, f"correct {what} where it is wrong, and remove this line."


def _texts(entry: Entry) -> Iterator[Entry]:
    """Yield the texts of a value, also those of lists and groups."""
    if isinstance(entry.value, str):
        yield entry
        return
    held = entry.value.values() if isinstance(entry.value, dict) else entry.value
    for each in held:
        yield from _texts(each)


# --- Refuses characters that a reader cannot see but that change what is read.
#
# They are control characters, marks that change the direction of text (Unicode Annex 9, 2.1 to 2.5;
# UTS 55), tags and noncharacters.  Marks that scripts need are allowed: joiners, LRM, RLM and ALM.
# So are combining marks, up to the number that Stream-Safe Text has (Unicode Annex 15, 13):
# thousands of them on one letter stop the printer.

_TURNING = "\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, tab and line ends apart
    f"{_TURNING}"
    "\u2028\u2029"  # ends of lines and paragraphs that no editor shows
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff"  # surrogates, which no UTF-8 file can hold
    "\U000e0000-\U000e007f"  # tags
    "]"
)
_IS_TURNING = re.compile(f"[{_TURNING}]")

_MOST_MARKS = 30  # on one letter
_MARKS = re.compile(rf"[^\x00-\u02ff\s]{{{_MOST_MARKS + 1},}}")  # where they can be
_JOINERS = "\u200c\u200d"

_SHOWN = 5  # lines of one file that are reported


def unseen(text: str) -> str | None:
    """The first refused character of a text, written ``U+202E``; None if there is none."""
    letter = _refused(text)
    return f"U+{ord(letter):04X}" if letter else None


def _refused(text: str) -> str | None:
    found = _UNSEEN.search(text)
    return found[0] if found else next(_stacked(text), None)


def _stacked(text: str) -> Iterator[str]:
    """The first of each row of marks that is too long to stand on one letter."""
    for run in _MARKS.finditer(text):
        for is_mark, marks in groupby(run[0], _is_mark):
            row = "".join(marks)
            if is_mark and len(row) > _MOST_MARKS:
                yield row[0]


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M") or letter in _JOINERS


def unseen_characters(text: str, path: str) -> Iterator[Problem]:
    """Each line of a file with a refused character.  A byte order mark may begin the file."""
    body = text.removeprefix("\ufeff")
    if _refused(body) is None:
        return
    lines = [
        (number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", body), start=1)
        if _refused(line)
    ]  # fmt: skip
    for number, line in lines[:_SHOWN]:
        yield unseen_problem(path, number, line)
    if len(lines) > _SHOWN:
        yield Problem(
            path, lines[_SHOWN][0], "character-unseen",
            f"So do {len(lines) - _SHOWN} more lines.", "remove them, too.",
        )  # fmt: skip


def unseen_problem(path: str, line: int, text: str) -> Problem:
    """The problem of a line with a refused character."""
    if not _UNSEEN.search(text):
        return Problem(
            path, line, "character-stacked",
            f"More than {_MOST_MARKS} marks such as {unseen(text)} stand on one letter.",
            "remove them; no script needs so many.",
        )  # fmt: skip
    what = "turns the direction of text" if _IS_TURNING.search(text) else "cannot be seen"
    return Problem(
        path, line, "character-unseen",
        f"The line holds the character {unseen(text)}, which {what}.",
        "remove it; an editor shows it under “show invisible characters”.",
    )  # fmt: skip


def decoded(data: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The text of a file in UTF-8, or None and the problem if it is not UTF-8."""
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = data[error.start]
        return None, [
            Problem(
                path, line, "not-utf-8", f"The byte {found:#04x} is not UTF-8.",
                "save the file in the encoding UTF-8.",
            )
        ]  # fmt: skip
