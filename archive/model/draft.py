"""Drafts: documents as an import wrote them.  A build accepts them, a release refuses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.model import Problem
from archive.model.frontmatter import Entry, read_front_matter

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
