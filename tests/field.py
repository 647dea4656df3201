"""The archive of ``test-field``: a document of each kind, and the examples of docs/WRITING.md.

Whole examples are documents of their own.  The others continue the one before them that is named in
their anchors, as a reader of that page would write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from archive.model.passage import Anchor
from tests.conftest import ROOT, Built, command, copy_root

WRITING = ROOT / "docs" / "WRITING.md"

_ANCHOR = re.compile(r"^(?:[- ]*\((.+)\)=|\[\^(.+-f[0-9]+)\]: .*)$", re.MULTILINE)
_KEY = re.compile(r"^(?=[a-z])", re.MULTILINE)


def field(folder: Path) -> Built:
    """Copy the archive with the examples of WRITING.md, and build all its outputs."""
    source = copy_root("field", folder)
    for name, text in documents().items():
        (source / "documents" / f"{name}.md").write_text(text, "utf-8")
    done = command(source, "build")
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return Built(source, source / "_build" / "html", said, done.returncode)


def examples() -> Iterator[str]:
    """Each example of WRITING.md, in its order."""
    for token in MarkdownIt().parse(WRITING.read_text("utf-8")):
        if token.type == "fence" and token.info == "markdown":
            yield token.content


def documents() -> dict[str, str]:
    """The documents that the examples make, by id."""
    bodies: dict[str, str] = {}
    records: dict[str, dict[str, str]] = {}
    for example in examples():
        if example.startswith("---\n"):
            _, record, body = example.split("---\n", 2)
            keys = _keys(record)
            name = keys["id"].split()[1]
            records[name], bodies[name] = keys, body
        else:
            name = Anchor.parse(min(anchors(example))).document
            bodies[name] += f"\n{example}"
    common = next(iter(records.values()))  # the others leave out what is the same in each
    shared = {key: common[key] for key in ("language", "subjects", "source", "rights", "status")}
    return {
        name: _counted("".join({**shared, **records[name]}.values()), body)
        for name, body in bodies.items()
    }


def _counted(record: str, body: str) -> str:
    """A document whose record tells as many paragraphs as its body has passages."""
    passages = sum(Anchor.parse(each).is_passage for each in anchors(body))
    record = re.sub(r"(?<=paragraphs: )[0-9]+", str(passages), record)
    return f"---\n{record}---\n{body}"


def _keys(record: str) -> dict[str, str]:
    """The lines of a record by its keys."""
    return {part.partition(":")[0]: part for part in _KEY.split(record) if part}


def anchors(example: str) -> set[str]:
    """The anchors of an example's blocks."""
    return {found[1] or found[2] for found in _ANCHOR.finditer(example)}


def table(head: str) -> Iterator[tuple[str, list[str]]]:
    """The rows of the table of WRITING.md whose first column has that head."""
    lines = iter(WRITING.read_text("utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {head} |"):
            break
    next(lines)
    for line in lines:
        if not line.startswith("|"):
            return
        first, *rest = (cell.strip() for cell in line.strip("|").split(" | "))
        yield first, rest
