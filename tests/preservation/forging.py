"""Ways to tamper with a copy: an adversary who makes its manifest anew, and knows the engine."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pikepdf

from archive.model.tree import Tree
from archive.preservation.manifest import NAME, serialise, serialise_sizes
from archive.preservation.site import SIZES, files

STATEMENT, RESOLUTION = "keepers-seed-statement", "isle-seed-resolution"

Tamper = Callable[[Path], None]


def page(document: str = STATEMENT) -> str:
    return f"documents/{document}.html"


def swap(path: str, old: str, new: str, count: int = 1) -> Tamper:
    """Write other words into a file."""

    def tamper(copy: Path) -> None:
        text = (copy / path).read_text("utf-8")
        assert old in text, (path, old)
        (copy / path).write_text(text.replace(old, new, count), "utf-8")

    return tamper


def add(path: str, data: str | bytes) -> Tamper:
    """Put a file there."""

    def tamper(copy: Path) -> None:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_bytes(data.encode() if isinstance(data, str) else data)

    return tamper


def append(path: str, data: str) -> Tamper:
    def tamper(copy: Path) -> None:
        (copy / path).write_bytes((copy / path).read_bytes() + data.encode())

    return tamper


def remove(path: str) -> Tamper:
    return lambda copy: (copy / path).unlink()


def each(*tampers: Tamper) -> Tamper:
    def tamper(copy: Path) -> None:
        for one in tampers:
            one(copy)

    return tamper


def in_page(markup: str, document: str = STATEMENT) -> Tamper:
    """Add markup at the end of a page."""
    return swap(page(document), "</body>", f"{markup}</body>")


# What stands where


def exchange(path: str, one: str, two: str) -> Tamper:
    """Let two texts of a file take each other's place."""

    def tamper(copy: Path) -> None:
        text = (copy / path).read_text("utf-8")
        first, second = re.search(one, text, re.DOTALL), re.search(two, text, re.DOTALL)
        assert first
        assert second
        assert first.end() <= second.start()
        between = text[first.end() : second.start()]
        changed = f"{text[: first.start()]}{second[0]}{between}{first[0]}{text[second.end() :]}"
        (copy / path).write_text(changed, "utf-8")

    return tamper


def anchors_exchanged(path: str, one: str, two: str) -> Tamper:
    def tamper(copy: Path) -> None:
        text = (copy / path).read_text("utf-8")
        text = text.replace(one, "\0").replace(two, one).replace("\0", two)
        (copy / path).write_text(text, "utf-8")

    return tamper


# PDFs


def in_pdf(path: str, change: Callable[[pikepdf.Pdf], None]) -> Tamper:
    def tamper(copy: Path) -> None:
        with pikepdf.open(copy / path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save(copy / path)

    return tamper


def attached(name: str, change: Callable[[bytes], bytes]) -> Callable[[pikepdf.Pdf], None]:
    def replace(pdf: pikepdf.Pdf) -> None:
        data = change(pdf.attachments[name].get_file().read_bytes())
        del pdf.attachments[name]
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)

    return replace


def attach(name: str, data: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)

    return change


def places_exchanged(one: str, two: str) -> Callable[[pikepdf.Pdf], None]:
    """Let two named destinations lead to each other's place."""

    def change(pdf: pikepdf.Pdf) -> None:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        names[one], names[two] = names[two], names[one]

    return change


def place_lost(name: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        del names[name]

    return change


Instructions = list[pikepdf.ContentStreamInstruction]


def redrawn(change: Callable[[Instructions, list[int]], None]) -> Callable[[pikepdf.Pdf], None]:
    """Change the instructions of the first page; given are the numbers of its longest lines."""

    def draw(pdf: pikepdf.Pdf) -> None:
        instructions = [
            pikepdf.ContentStreamInstruction(each.operands, each.operator)
            for each in pikepdf.parse_content_stream(pdf.pages[0])
        ]
        lines = [at for at, each in enumerate(instructions) if str(each.operator) == "TJ"]
        longest = sorted(lines, key=lambda at: -len(_glyphs(instructions[at])))[:6]
        change(instructions, sorted(longest))
        pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))

    return draw


def _glyphs(instruction: pikepdf.ContentStreamInstruction) -> bytes:
    shown = instruction.operands[0]
    return b"".join(bytes(each) for each in shown if isinstance(each, pikepdf.String))


def _showing(glyphs: bytes) -> pikepdf.ContentStreamInstruction:
    operands = [pikepdf.Array([pikepdf.String(glyphs)])]
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator("TJ"))


def line_dropped(instructions: Instructions, lines: list[int]) -> None:
    instructions[lines[-1]] = _showing(b"")


def lines_exchanged(instructions: Instructions, lines: list[int]) -> None:
    *_, one, two = lines
    instructions[one], instructions[two] = instructions[two], instructions[one]


def letters_changed(instructions: Instructions, lines: list[int]) -> None:
    """Draw the letters of one line in the opposite order."""
    glyphs = _glyphs(instructions[lines[-1]])
    pairs = [glyphs[at : at + 2] for at in range(0, len(glyphs), 2)]
    instructions[lines[-1]] = _showing(b"".join(reversed(pairs)))


# The EPUB


def in_book(name: str, change: Callable[[str], str]) -> Tamper:
    """Change a chapter."""

    def tamper(copy: Path) -> None:
        path = copy / "archive.epub"
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as old:
            files = {info.filename: old.read(info) for info in old.infolist()}
        files[name] = change(files.get(name, b"").decode()).encode()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for each_name, data in files.items():
                new.writestr(each_name, data)

    return tamper


# The ledger


def in_ledger(change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> Tamper:
    """Rewrite history: change the events, and bind the lines anew that were bound."""

    def tamper(copy: Path) -> None:
        path = copy / "ledger.jsonl"
        events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        path.write_bytes(bound(change(events)))

    return tamper


def bound(events: list[dict[str, str]]) -> bytes:
    """The lines of events; from the first that has it, each with the head of those before."""
    tree, lines, binding = Tree(), [], False
    for event in events:
        binding = binding or "after" in event
        own = {"after": tree.root().hex()} if binding else {}
        line = json.dumps({**event, **own}, ensure_ascii=False).encode()
        tree.append(line)
        lines.append(line + b"\n")
    return b"".join(lines)


def without_document(document: str) -> Tamper:
    return in_ledger(
        lambda events: [event for event in events if not event["anchor"].startswith(document)]
    )


def of(anchor: str, **changes: str) -> Tamper:
    """Change the events of an anchor."""
    return in_ledger(
        lambda events: [
            {**event, **changes} if event["anchor"] == anchor else event for event in events
        ]
    )


def made_anew(copy: Path) -> None:
    """Make sizes and manifest for the copy as it is, which no build would."""
    there = {file.path: file.size for file in files(copy) if file.path != SIZES}
    (copy / SIZES).write_text(serialise_sizes(there), "utf-8")
    digests = {path: sha256((copy / path).read_bytes()).hexdigest() for path in (*there, SIZES)}
    (copy / NAME).write_bytes(serialise(digests))
