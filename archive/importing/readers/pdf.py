"""PDFs with a text layer: joins lines to paragraphs, and footnotes to their marks.

A PDF has no paragraphs, so they are guessed from the layout, and a remark says so.  Pages that are
pictures are told, page by page.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
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
    apart,
    library,
    words,
)
from archive.importing.readers import pdf_lines, pdf_scans
from archive.importing.readers.pdf_layout import Layout, Line, layout, relabelled, within_text

_OPEN, _CLOSE = pdf_lines.MARK
_MARKED = re.compile(f"{_OPEN}([^{_CLOSE}]+){_CLOSE}")
_NOTE = re.compile(rf"(?:{_OPEN}([^{_CLOSE}]+){_CLOSE}|(\d{{1,4}})[.)]?|([*∗†‡§]))\s*(?=[^\s\d])")
_STOP = re.compile(r"[.:;?!…。！？؟۔।][\"”’»)\]]*\d{0,3}$")  # with the number of a note
_ITEM = re.compile(r"([•◦▪‣–—]|\([a-z]{1,4}\)|\([0-9]{1,3}\))\s+(?=\S)")
_NUMBERED = re.compile(r"\d{1,4}[.)]\s+\S|[\[(]\d{1,4}[\])]|§ ?\d")
_SMALL = 0.94  # of the usual size, below which letters are those of notes
_LARGE = 1.12  # of it, above which they are those of a heading
_COVERED = 0.4  # of a page, from which on a picture may be a scanned page


def read(data: bytes, recognise: str | None = None) -> Text:
    """The text of a PDF; ``recognise`` has tesseract read pages that are pictures.

    It names the languages as tesseract does (``deu+fra``), or is empty.  Raises RefusedError where
    the file is encrypted, cut off or has no text.
    """
    if b"%%EOF" not in data[-4096:]:  # ISO 32000-1, 7.5.5
        raise RefusedError(
            "import-truncated", "The PDF was cut off: its end is missing.", "get it again."
        )
    found = _run(data)
    pages = found["pages"]
    recognised = [] if recognise is None else list(_recognised(data, pages, recognise))
    if not any(page["segments"] for page in pages):
        raise RefusedError(
            "import-no-text", "The PDF has no text layer: its pages are pictures.",
            "say OCR=1, which has tesseract read it where it is installed (OCR=deu names another "
            "language), or run text recognition over it (for example ocrmypdf).",
        )  # fmt: skip
    laid = layout(pages)
    if not any(words(line.text) for line in laid.lines):
        raise RefusedError("import-no-text", "The PDF holds no words.", "give its text instead.")
    body, notes = _apart(laid)
    known = _known(laid)
    found_blocks = list(_blocks(_paragraphs(body, laid.usual), known))
    blocks, kept, flags = _joined_notes(found_blocks, notes)
    left = list(_left_out(laid))
    guess = Remark(Finding.GUESSED, "Paragraphs and notes are guessed from the layout of the PDF.")
    return Text(
        tuple(blocks), tuple(kept), properties=_properties(found["information"]),
        remarks=(guess, *recognised, *_unread(pages), *left, *flags),
        raw=(*_raw(body, known), *(note.text for note in kept), *(each.words for each in left)),
    )  # fmt: skip


def _left_out(laid: Layout) -> Iterator[Remark]:
    """What is no text, with its page and the words of the page before it."""
    ends: dict[int, str] = {}
    for line in laid.lines:
        ends[line.page] = " ".join(words(_told(line.text))[-7:-1])
    for each in laid.asides:
        before = [end for page, end in ends.items() if page < each.page and end]
        yield Remark(
            Finding.LOST, f"{each.what[:1].upper()}{each.what[1:]}.", _told(each.text),
            f"page {each.page}", before[-1] if before else "",
        )  # fmt: skip


def _told(said: str) -> str:
    """Words as read, with spaces around the numbers of notes."""
    return re.sub(r"^(\d{1,4})(?=[^\W\d])", r"\1 ", _MARKED.sub(r" \1 ", said))


def _run(data: bytes) -> dict[str, Any]:
    """What ``pdf_lines`` finds, in a process of its own."""
    library("pdfminer.high_level")  # raises here, where the editor is told, if it is missing
    try:
        found: dict[str, Any] = apart.ask(pdf_lines.__file__, data)
    except apart.FailedError as failed:
        if failed.code == pdf_lines.ENCRYPTED:
            raise RefusedError(
                "import-encrypted", "The PDF is encrypted.", "save a copy of it without a password."
            ) from failed
        if failed.code == pdf_lines.UNREADABLE:
            raise RefusedError(
                "import-truncated", "The PDF is damaged.",
                "get it again, or print it from a viewer to a new PDF.",
            ) from failed  # fmt: skip
        raise RefusedError(
            "import-too-much", f"The PDF takes more than {apart.SECONDS} seconds, "
            f"{apart.MEMORY // 2**20:,} MiB or {pdf_lines.MAX_PAGES:,} pages to read.",
            "split it, or save it as plain text and import that.",
        ) from failed  # fmt: skip
    return found


def _is_picture(page: Mapping[str, Any]) -> bool:
    """Whether a picture covers a page that has next to no words."""
    said = " ".join(each["text"] for each in page["segments"])
    return page["images"] > _COVERED and len(words(said)) < 10


def _recognised(data: bytes, pages: Sequence[dict[str, Any]], languages: str) -> Iterator[Remark]:
    """Have tesseract read the pages that are pictures, and remark on how sure it is."""
    if shutil.which("tesseract") is None:
        raise RefusedError(
            "import-ocr", "Text recognition needs tesseract, which is not installed.",
            "install it (Debian: apt install tesseract-ocr), or run text recognition elsewhere.",
        )  # fmt: skip
    scans = [number for number, page in enumerate(pages, 1) if _is_picture(page)]
    asked = json.dumps({"pages": scans, "languages": languages}).encode() + b"\n"
    try:
        found = apart.ask(pdf_scans.__file__, asked + data) if scans else {}
    except apart.FailedError as failed:
        raise RefusedError(
            "import-ocr", "Tesseract cannot read the pages that are pictures.",
            "see that it has the languages that OCR= names, or import fewer pages at once.",
        ) from failed  # fmt: skip
    for number, scan in found.items():
        if scan["words"]:
            pages[int(number) - 1].update(segments=scan["segments"], images=0)
        yield Remark(
            Finding.FLAG, f"Page {number} was recognised by tesseract: {scan['words']:,} words, "
            f"{scan['sure']} % sure; {len(scan['unsure'])} words are less than {pdf_scans.SURE} % "
            "sure. Compare it with the page.", " ".join(scan["unsure"]), f"page {number}",
        )  # fmt: skip


def _unread(pages: Sequence[Mapping[str, Any]]) -> Iterator[Remark]:
    """Pages of which no word, or not every letter, could be read."""
    for number, page in enumerate(pages, 1):
        said = " ".join(each["text"] for each in page["segments"])
        if _is_picture(page):
            yield Remark(
                Finding.DOUBT, f"Page {number} is a picture, of which no word is read. Say OCR=1, "
                "which has tesseract read it where it is installed, or run text recognition over "
                "the file (for example ocrmypdf).",
            )  # fmt: skip
        elif strange := said.count("\ufffd"):
            what = f"Page {number}: {strange} letters have no meaning in the file; they are \ufffd."
            yield Remark(Finding.DOUBT if strange * 20 > len(said) else Finding.FLAG, what)


# --- Notes at the foot of pages


@dataclass(slots=True)
class _Foot:
    """A note at the foot of a page."""

    page: int
    sign: str  # its number, or its sign
    text: str
    id: str = ""


def _apart(laid: Layout) -> tuple[list[Line], list[_Foot]]:
    """The lines of the text, and the notes at the feet of columns and pages."""
    body: list[Line] = []
    notes: list[_Foot] = []
    for _, group in groupby(laid.lines, key=lambda line: (line.page, line.column)):
        column = [relabelled(line) if line.size < _SMALL * laid.usual else line for line in group]
        first = _first_of_notes(column, laid.usual, notes)
        body += column[:first]
        for line in column[first:]:
            sign = _sign(line, notes)
            if sign:
                notes.append(_Foot(line.page, sign[0], sign[1]))
            else:
                notes[-1].text = _run_on(notes[-1].text, line.text)
    return body, notes


def _first_of_notes(column: Sequence[Line], usual: float, notes: Sequence[_Foot]) -> int:
    """Where the notes of a column begin: at its foot, in small letters or after a raised mark."""
    first = len(column)
    while first and column[first - 1].size < _SMALL * usual:
        first -= 1
    small = column[first:]
    begins = next((n for n, line in enumerate(small) if _sign(line, notes)), None)
    if begins is not None:
        goes_on = bool(notes) and notes[-1].page == column[0].page - 1 and not _STOP.search(
            notes[-1].text
        )  # fmt: skip
        return first if goes_on else first + begins
    if small and notes and notes[-1].page >= column[0].page - 1 and len(small) < len(column):
        return first  # the last note goes on
    if small:
        return len(column)
    marked = [n for n, line in enumerate(column) if _raised(line)]
    return marked[0] if marked and marked[0] > 0 else len(column)


def _raised(line: Line) -> bool:
    return line.text.startswith(_OPEN) and bool(_NOTE.match(line.text))


def _sign(line: Line, notes: Sequence[_Foot]) -> tuple[str, str] | None:
    """The sign of a note that a line begins, and its words; None where it begins none."""
    match = _NOTE.match(line.text)
    if match is None:
        return None
    sign = match[1] or match[2] or match[3]
    number = int(sign) if sign.isdecimal() else 0
    last = next((int(each.sign) for each in reversed(notes) if each.sign.isdecimal()), 0)
    expected = bool(match[1]) or not number or number in {1, last + 1}
    return (sign, line.text[match.end() :]) if expected else None


def _run_on(note: str, said: str) -> str:
    """A note and its next line; an address that was divided at the line's end is joined."""
    divided = re.search(r"https?://\S*$", note) and re.match(r"[\w%-]+[/.]\S*", said)
    return note + said if divided else _continued(note, said, frozenset())


def _joined_notes(
    blocks: Sequence[Block], notes: Sequence[_Foot]
) -> tuple[list[Block], list[Note], list[Remark]]:
    """The blocks with note marks in place, the notes, and remarks on what did not meet."""
    remarks: list[Remark] = []
    again = len({note.sign for note in notes}) < len(notes)
    if again:
        what = "Notes are numbered anew on each page; here they are counted through."
        remarks.append(Remark(Finding.DECIDED, what))
    for number, note in enumerate(notes, 1):
        note.id = str(number) if again or not note.sign.isdecimal() else note.sign
    waiting = list(notes)
    done = [replace(block, runs=tuple(_runs(block.runs, waiting))) for block in blocks]
    if waiting:
        done = _by_bare_numbers(done, waiting)
    kept = [Note(note.id, (Run(_MARKED.sub(r"\1", note.text)),)) for note in notes]
    return done, kept, remarks


def _runs(runs: Sequence[Run], waiting: list[_Foot]) -> Iterator[Run]:
    for run in runs:
        here = 0
        for match in _MARKED.finditer(run.text):
            yield Run(run.text[here : match.start()])
            here = match.end()
            note = next((each for each in waiting[:20] if each.sign == match[1]), None)
            if note is None:
                yield Run(match[1])
            else:
                waiting.remove(note)
                yield Run(note=note.id)
        yield Run(run.text[here:])


def _by_bare_numbers(blocks: Sequence[Block], waiting: list[_Foot]) -> list[Block]:
    """Marks that are not raised: a number right after a word, those of the notes in order."""
    done: list[Block] = []
    for block in blocks:
        runs: list[Run] = []
        for run in block.runs:
            text = run.text
            while waiting and text:
                number = re.escape(waiting[0].sign)
                after = r"(?<=[^\W\d_.,;:!?”\"’)]|(?<=\D)[.,;:!?”\"’)])"
                match = re.search(rf"{after}{number}(?![\d\w])", text)
                if match is None:
                    break
                runs += [Run(text[: match.start()]), Run(note=waiting.pop(0).id)]
                text = text[match.end() :]
            runs.append(replace(run, text=text))
        done.append(replace(block, runs=tuple(each for each in runs if each.text or each.note)))
    return done


# --- Paragraphs


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    form: Form = Form.PARAGRAPH
    level: int = 0
    rows: list[Line] = field(default_factory=list)


def _paragraphs(lines: Sequence[Line], usual: float) -> list[_Paragraph]:
    """Group lines; those that a column or a page broke are joined."""
    leading = _leading(lines)
    groups: list[_Paragraph] = []
    for line in lines:
        if groups and not _begins(line, groups[-1].lines, leading):
            groups[-1].lines.append(line)
        else:
            groups.append(_Paragraph([line]))
    sizes = sorted({round(each.lines[0].size) for each in groups
                    if each.lines[0].size > _LARGE * usual}, reverse=True)  # fmt: skip
    for group in groups:
        _classify(group, usual, sizes)
    return _unbroken(groups)


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance of two lines, as a multiple of the letters’ size."""
    gaps = sorted(
        (one.y0 - two.y0) / max(one.size, 1) for one, two in pairwise(lines)
        if one.column == two.column and one.y0 > two.y0 and abs(one.size - two.size) < 0.5
    )  # fmt: skip
    return gaps[len(gaps) // 10] if gaps else 1.2


def _begins(line: Line, group: Sequence[Line], leading: float) -> bool:
    """Whether a line begins a paragraph."""
    last = group[-1]
    if line.column != last.column or abs(line.size - last.size) > 0.06 * last.size:
        return True
    if bool(line.cells) != bool(last.cells):
        return True
    if line.cells:
        return False
    gap = (last.y0 - line.y0) / max(last.size, 1)
    if gap > 1.25 * leading or line.label or line.bold != last.bold:
        return True
    if _ITEM.match(line.text) or (_NUMBERED.match(line.text) and _ends(last)):
        return True
    return _is_indented(line, group) or (
        _is_short(last, line) and _STOP.search(last.text) is not None
    )


def _is_indented(line: Line, group: Sequence[Line]) -> bool:
    """Whether a line stands further in than its paragraph, as the first of another does."""
    last = group[-1]
    if line.rtl:
        step = min(each.x1 for each in group[-1:]) - line.x1
        first = group[0].x1 > max((each.x1 for each in group[1:]), default=group[0].x1) + line.size
    else:
        step = line.x0 - last.x0
        first = group[0].x0 < min((each.x0 for each in group[1:]), default=group[0].x0) - line.size
    hanging = len(group) > 1 and first
    centred = line.x1 < line.right - 0.8 * line.size and (
        abs((line.x0 + line.x1) - (line.left + line.right)) < line.size
    )
    return step > 0.8 * line.size and not hanging and not (len(group) == 1 and group[0].label) and (
        _ends(last) and not centred
    )  # fmt: skip


def _ends(line: Line) -> bool:
    """Whether a line may end a paragraph: with a stop, or before the end of its column."""
    return _STOP.search(_MARKED.sub("", line.text).rstrip()) is not None or line.x1 < (
        line.right - 4 * line.size
    )


def _is_short(last: Line, line: Line) -> bool:
    """Whether the first word of a line would have had room on the line before it."""
    first = line.text.partition(" ")[0]
    room = (last.x0 - last.left) if last.rtl else (last.right - last.x1)
    return room > max(2.0, 0.65 * len(first)) * last.size


def _classify(group: _Paragraph, usual: float, sizes: Sequence[int]) -> None:
    """Tell headings, tables, items and quotations by their form."""
    lines = group.lines
    said = " ".join(line.text for line in lines)
    short = len(said.split()) <= 30 and len(lines) <= 4
    if lines[0].cells:
        group.form, group.rows = Form.TABLE, list(lines)
    elif short and lines[0].size > _LARGE * usual and any(map(str.isalpha, said)):
        group.form, group.level = Form.HEADING, sizes.index(round(lines[0].size)) + 1
    elif short and all(line.bold for line in lines) and len(lines) <= 2 and not re.search(
        r"[.;,]$", said
    ):  # fmt: skip
        group.form, group.level = Form.HEADING, min(len(sizes) + 1, 6)
    elif _ITEM.match(within_text(lines[0])):
        group.form = Form.ITEM
    elif len(lines) > 1 and not lines[0].rtl and not lines[0].label and all(
        line.x0 - line.left > 1.4 * line.size for line in lines
    ) and max(line.x1 for line in lines) < lines[0].right - 0.8 * lines[0].size:  # fmt: skip
        group.form = Form.QUOTE


def _unbroken(groups: Sequence[_Paragraph]) -> list[_Paragraph]:
    """Join a paragraph that a column or a page broke: it ends without a stop, at the line's end."""
    joined: list[_Paragraph] = []
    for group in groups:
        last = joined[-1] if joined else None
        if last is not None and _goes_on(last, group):
            last.lines += group.lines
        else:
            joined.append(group)
    return joined


def _goes_on(last: _Paragraph, group: _Paragraph) -> bool:
    line, end = group.lines[0], last.lines[-1]
    if {last.form, group.form} & {Form.HEADING, Form.TABLE} or group.form is Form.ITEM:
        return False
    if line.label or line.column == end.column or abs(line.size - end.size) > 0.06 * end.size:
        return False
    said = _MARKED.sub("", end.text).rstrip()
    if _STOP.search(said):
        return False
    full = end.x1 > end.right - 4 * end.size or end.rtl
    return full or line.text[:1].islower()


# --- Blocks


def _known(laid: Layout) -> frozenset[str]:
    """The words of the file that no line’s end divides, in lower case."""
    return frozenset(
        word for line in laid.lines
        for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*(?=[\s.,;:!?)”]|$)", line.text.lower())
    )  # fmt: skip


def _raw(lines: Sequence[Line], known: frozenset[str]) -> Iterator[str]:
    """The words of the lines as they were read; those that a line’s end divides are whole."""
    said = ""
    for line in lines:
        if re.search(r"[-\u2010\u00ad]$", said):
            said = _continued(said, within_text(line), known)
            continue
        yield _told(said)
        said = within_text(line)
    yield _told(said)


def _blocks(groups: Sequence[_Paragraph], known: frozenset[str]) -> Iterator[Block]:
    for group in groups:
        if group.form is Form.TABLE:
            rows = (" | ".join(text for _, text in line.cells) for line in group.rows)
            yield Block(Form.TABLE, (Run("\n".join(rows)),))
            continue
        text = group.lines[0].text
        for last, line in pairwise(group.lines):
            said = within_text(line)
            broken = last.column == line.column and _is_short(last, line)
            text = f"{text}\n{said}" if broken else _continued(text, said, known)
        label = group.lines[0].label
        item = _ITEM.match(text) if group.form is Form.ITEM and not label else None
        if item:
            label, text = item[1], text[item.end() :]
        level = group.level or (1 if group.form is Form.ITEM else 0)
        yield Block(group.form, (Run(text),), label, level)


_REST_OF_ANCHOR = re.compile(r"(?:[a-z0-9]+-)*[a-z][1-9][0-9]{0,8}(?![\w-])")


def _continued(text: str, said: str, known: frozenset[str]) -> str:
    """A text and the words that continue it; a word divided at a line's end is joined.

    ``known`` are the words of the file: a word that it has with its hyphen keeps it, and so do
    addresses and anchors.
    """
    if text[-1:] in "-/" and ("/" in text.rpartition(" ")[2] or _REST_OF_ANCHOR.match(said)):
        return text + said
    match = re.search(r"([^\W\d_]+)[-\u2010\u00ad]$", text)
    after = re.match(r"[^\W\d_]+", said)
    if not match or not after or not said[:1].islower():
        return f"{text} {said}"
    one, two = match[1].lower(), after[0].lower()
    soft = text.endswith("\u00ad")
    whole = f"{one}-{two}" in known and one + two not in known
    both = (
        len(one) > 3 and len(two) > 3 and one in known and two in known and one + two not in known
    )
    return (text if (whole or both) and not soft else text[:-1]) + said


def _properties(information: Sequence[dict[str, str]]) -> Properties:
    found = information[0] if information else {}
    created = re.match(r"D:(\d{4})(\d{2})(\d{2})", found.get("CreationDate", ""))  # 7.9.4
    return Properties(
        title=found.get("Title") or None, author=found.get("Author") or None,
        made="-".join(created.groups()) if created else None,
    )  # fmt: skip
