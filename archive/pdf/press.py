"""Prints editions with Typst, several at a time, and keeps what the last build made."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typst
from sphinx.util.parallel import parallel_available

from archive.files import read_pickle, write, write_if_changed, write_pickle
from archive.pdf import code
from archive.pdf.cards import batches, pictures, source
from archive.pdf.edition import TEMPLATE, block, in_fonts
from archive.pdf.finishing import Position, finish
from archive.pdf.fonts import PACKAGES, described
from archive.pdf.inline import IMAGES
from archive.site.know.outputs import Account
from archive.upstream.processes import Workers

if TYPE_CHECKING:
    from archive.pdf.cards import Card
    from archive.pdf.edition import Edition
    from archive.pdf.pages import Page, Piece
    from archive.site.know.view import Key, View


# --- What the last build made: drawn pages, and the PDFs and picture cards in the output folder.
#
# Nothing is drawn or printed twice, and no file is left half-written.

_FORMAT = "pdfs 1"
_FONTS = "fonts.pickle"


class Drawn(NamedTuple):
    """A page and, of a document, the list of works it cites."""

    page: Page
    references: Page | None

    @property
    def has_faults(self) -> bool:
        return bool(self.page.faults or (self.references and self.references.faults))


class DrawnPages:
    """The drawn pages of earlier builds, with their account of the facts that each page shows.

    Each is kept in a file, with its row of the account and the versions of what drew it.  A row
    that is not the one in the account is of a build that was killed before it wrote the account.
    """

    def __init__(self, folder: Path, made_by: str, view: View) -> None:
        self._folder = folder / "drawn"
        self._made_by = made_by
        self._view = view
        self._account = Account(folder / "outputs.pickle", made_by)
        self._is_changed = False

    def find(self, docname: str) -> Drawn | None:
        """The page as it was drawn; None if it has to be drawn now."""
        if not self._account.is_current(docname, self._view):
            return None
        row, drawn = read_pickle(self._file(docname), self._made_by) or (None, None)
        return drawn if row == self._row(docname) else None

    def keep(self, docname: str, drawn: Drawn, keys: Collection[Key]) -> None:
        """Keep a drawn page with the keys of the facts it shows."""
        self._account.enter(docname, keys, self._view)
        for page in drawn:
            if page is not None:
                _ = page.digest, page.letters  # computed now, to be kept with the page
        write_pickle(self._file(docname), (self._row(docname), drawn), self._made_by)
        self._is_changed = True

    def settle(self, docnames: Iterable[str]) -> None:
        """Write the account, without the pages that are no more."""
        gone = set(self._account.names) - set(docnames)
        for docname in gone:
            self._file(docname).unlink(missing_ok=True)
        if gone or self._is_changed:
            self._account.forget(gone)
            self._account.save(self._view)

    def _row(self, docname: str) -> object:
        return self._account.rows([docname])[docname]

    def _file(self, docname: str) -> Path:
        return self._folder / f"{docname}.pickle"


class Store:
    """The output folder, and beside it the folder that Typst reads from.

    ``state.pickle`` has of each PDF the digest of the edition that it was made of, its size and
    time, so that a PDF that was changed or removed by hand is made again, and the pages on which
    the chapters of a volume begin; the same of each picture card.
    """

    def __init__(self, folder: Path, outdir: Path) -> None:
        self.folder = folder
        self._outdir = outdir
        self._state = folder / "state.pickle"
        self._out = os.path.relpath(outdir, folder)  # both may be moved together
        self._written = self._read()
        self._pdfs = dict(self._written)

    def _read(self) -> Mapping[str, Mapping[str, object]]:
        out, made = read_pickle(self._state, _FORMAT) or ("", {})
        return made if out == self._out else {}

    def has(self, edition: Edition | Card) -> bool:
        """Whether the PDF or picture is there and was made of this very edition or card."""
        known = self._pdfs.get(edition.path, {})
        mark = _mark(self._outdir / edition.path)
        return known.get("digest") == edition.digest and known.get("mark") == mark

    def starts(self, path: str) -> Mapping[str, int]:
        """The page on which each chapter of a printed PDF begins, by the first anchor of each."""
        return self._pdfs[path]["starts"]  # type: ignore[return-value]

    def prepare(self, templates: Iterable[Path], editions: Iterable[Edition]) -> None:
        """Put templates and images where Typst finds them."""
        for template in templates:
            write(self.folder / template.name, template.read_bytes())
        for edition in editions:
            for name, path in edition.images.items():
                write_if_changed(self.folder / IMAGES / name, path.read_bytes())

    def fontless(self, found: frozenset[str], made_by: str) -> frozenset[str] | None:
        """The characters among some that no font has; None if that was not asked yet."""
        asked, lacking = read_pickle(self.folder / _FONTS, made_by) or (frozenset(), frozenset())
        return lacking & found if found <= asked else None

    def keep_fontless(self, found: frozenset[str], lacking: frozenset[str], made_by: str) -> None:
        """Keep the characters among some that no font has."""
        write_pickle(self.folder / _FONTS, (found, lacking), made_by)

    def keep(self, edition: Edition, outcome: Outcome) -> None:
        """Put a finished PDF into the output folder.

        One with warnings has to be made again in the next build, which has to warn again.
        """
        assert outcome.pdf is not None
        write(self._outdir / edition.path, outcome.pdf)
        self._pdfs[edition.path] = {
            "digest": "" if outcome.warnings else edition.digest,
            "mark": _mark(self._outdir / edition.path),
            "starts": outcome.starts,
        }

    def keep_card(self, card: Card, picture: bytes) -> None:
        """Put a picture card into the output folder."""
        write(self._outdir / card.path, picture)
        self._pdfs[card.path] = {"digest": card.digest, "mark": _mark(self._outdir / card.path)}

    def copy(self, path: str, target: str) -> None:
        """Put the same PDF at another path, too."""
        write_if_changed(self._outdir / target, (self._outdir / path).read_bytes())
        self._pdfs[target] = {}

    def remove_others(self, paths: Collection[str]) -> None:
        """Remove the files of earlier builds that have none of these paths."""
        for path in self._pdfs.keys() - set(paths):
            (self._outdir / path).unlink(missing_ok=True)
            del self._pdfs[path]

    def remember(self) -> None:
        """Write down which PDFs there are.  One that is not written down is made again."""
        if self._pdfs != self._written:
            write_pickle(self._state, (self._out, self._pdfs), _FORMAT)
            self._written = dict(self._pdfs)


def _mark(path: Path) -> list[int] | None:
    """Size and time of a file; None if there is none."""
    with suppress(OSError):
        status = path.stat()
        return [status.st_size, status.st_mtime_ns]
    return None


# --- Prints editions with Typst, several at a time.
#
# An edition's source becomes a finished PDF or a list of complaints.  Typst keeps in memory all
# that it has laid out, so the work is done in processes that end.

# PDF/A-3a for those who keep a PDF, PDF/UA-1 for those who hear it.
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]

# Typst has fonts for Latin, Greek, Cyrillic and Hebrew; this package has one for Arabic.
FONTS = "fontpkg_amiri"

# Documents that one process prints.  Forty of two pages take about 130 MB; more are no faster.
BATCH = 40


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that Typst found wrong."""

    place: str | None  # in the archive, as "file:line", if it is known
    message: str  # with how to mend it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an edition."""

    pdf: bytes | None  # None if there are complaints
    pages: int = 0
    starts: Mapping[str, int] = field(default_factory=dict)  # of its chapters, by first anchor
    warnings: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()


class CompileError(Exception):
    """Typst refused a source, for these complaints."""


class Compiled(NamedTuple):
    """What Typst made of a source."""

    pdf: bytes
    positions: tuple[Position, ...]  # of the edition's anchors, in their order
    warnings: tuple[str, ...]


class Press:
    """Typst with the fonts of the archive and no others, so that every machine prints alike."""

    def __init__(self, folder: Path, timestamp: int, jobs: int) -> None:
        self._folder = folder
        self._timestamp = timestamp
        self._jobs = max(1, jobs)
        fonts = typst.Fonts(  # loaded before processes are forked
            include_system_fonts=False,
            include_embedded_fonts=True,
            font_paths=[
                str(files(FONTS) / "files"),
                *(str(package.folder) for package in PACKAGES if package.folder),
            ],
        )
        # One for all sources of a process: it keeps the template as it has read it.
        self._compiler = typst.Compiler(root=folder, font_paths=fonts, ignore_system_fonts=True)

    def compile(self, source: Path) -> Compiled:
        """Compile a source file.

        Raises CompileError if Typst finds an error, would lose text or would break a standard.
        """
        with _refusing(source):
            pdf, warnings = self._compiler.compile_with_warnings(
                source, format="pdf", pdf_standards=STANDARDS, timestamp=self._timestamp
            )
            found = self._compiler.query("<positions>", field="value", one=True)
        told = tuple(_told(warning.message, warning.hints) for warning in warnings)
        lost = [Complaint(None, f"text would be lost: {each}")
                for each, warning in zip(told, warnings, strict=True)
                if "was ignored" in warning.message]  # fmt: skip
        if lost:
            raise CompileError(*lost)
        assert isinstance(pdf, bytes)
        return Compiled(pdf, tuple(Position(*each) for each in json.loads(found)), told)

    def lacking(self, found: Iterable[str]) -> frozenset[str]:
        """The characters among some that no font has.

        Asked in a process of its own: those forked after Typst has run here would wait for ever.
        """
        told: list[frozenset[str]] = []
        if not parallel_available:
            return self._lacking(sorted(found))
        tasks = Workers(1)
        tasks.add_task(self._lacking, sorted(found), lambda _found, lacking: told.append(lacking))
        tasks.join()
        return told[0]

    def _lacking(self, found: Sequence[str]) -> frozenset[str]:
        letters = (f"#par({code.string(letter)})" for letter in found)
        source = self._folder / "letters.typ"
        write(source, "\n".join((
            f'#import "/{TEMPLATE}": *', '#set document(title: "Letters")', "#show: typography",
            *in_fonts(found, ""), *letters,
        )))  # fmt: skip
        try:
            self._compiler.compile(source, format="pdf", pdf_standards=STANDARDS)
        except (typst.TypstError, RuntimeError) as error:
            told = getattr(error, "diagnostic", "") or str(error)
            return frozenset("".join(_literal(row) for row in _UNSHOWN.findall(told))) & set(found)
        finally:
            source.unlink()
        return frozenset()

    def print(self, editions: Sequence[Edition], keep: Callable[[Edition, Outcome], None]) -> None:
        """Print documents in batches, and each large edition in a process of its own.

        ``keep`` is called in this process with the outcome of each edition.
        """

        def keep_batch(batch: Sequence[Edition], printed: list[Outcome]) -> None:
            for edition, outcome in zip(batch, printed, strict=True):
                keep(edition, outcome)

        if not parallel_available:
            for batch in _batches(editions):
                keep_batch(batch, self._print_batch(batch))
            return
        tasks = Workers(self._jobs)
        for batch in _batches(editions):
            tasks.add_task(self._print_batch, batch, keep_batch)
        tasks.join()

    def draw(self, wanted: Sequence[Card], keep: Callable[[Card, bytes], None]) -> None:
        """Draw picture cards in batches.

        ``keep`` is called in this process with each.  Raises CompileError if Typst finds an error.
        """
        found: list[CompileError] = []

        def keep_batch(batch: Sequence[Card], drawn: list[bytes] | CompileError) -> None:
            if isinstance(drawn, CompileError):
                found.append(drawn)
                return
            for card, picture in zip(batch, drawn, strict=True):
                keep(card, picture)

        tasks = Workers(self._jobs)
        for batch in batches(wanted):
            if parallel_available:
                tasks.add_task(self._draw_batch, batch, keep_batch)
            else:
                keep_batch(batch, self._draw_batch(batch))
        tasks.join()
        if found:
            raise found[0]

    def _draw_batch(self, batch: Sequence[Card]) -> list[bytes] | CompileError:
        path = self._folder / f"{batch[0].path}.typ"
        write(path, source(batch))
        try:
            with _refusing(path):
                pages = self._compiler.compile(path, format="png", ppi=72)
        except CompileError as error:
            return error
        finally:
            path.unlink()
        assert isinstance(pages, list)
        return list(pictures(batch, pages))

    def _print_batch(self, batch: Sequence[Edition]) -> list[Outcome]:
        return [self._print(edition) for edition in batch]

    def _print(self, edition: Edition) -> Outcome:
        try:
            compiled = self._compile_once(edition)
        except CompileError as error:
            return Outcome(None, complaints=self._placed(error.args, edition))
        pdf, pages, starts = finish(compiled.pdf, compiled.positions, edition)
        return Outcome(pdf, pages, starts, compiled.warnings)

    def _compile_once(self, edition: Edition) -> Compiled:
        """Compile an edition from a source file, which is removed afterwards."""
        source = (self._folder / edition.path).with_suffix(".typ")
        write(source, edition.source)
        try:
            return self.compile(source)
        finally:
            source.unlink()

    def _placed(self, complaints: tuple[Complaint, ...], edition: Edition) -> tuple[Complaint, ...]:
        """The complaints about an edition, those without a place with that of the failing block."""
        if edition.is_large or all(complaint.place for complaint in complaints):
            return complaints
        place = self._failing(edition)
        return tuple(replace(each, place=each.place or place) for each in complaints)

    def _failing(self, edition: Edition) -> str | None:
        """The place of the block that Typst refuses, which it does not report itself.

        Halves the blocks of an edition until one is left; None if they fail only together.
        """
        pieces = [(page, piece) for page in edition.pages for piece in page.pieces]
        while len(pieces) > 1:
            half = len(pieces) // 2
            parts = (pieces[:half], pieces[half:])
            pieces = next((part for part in parts if self._fails(edition, part)), [])
        return next((code.first_place(piece.code) for _page, piece in pieces), None)

    def _fails(self, edition: Edition, pieces: Sequence[tuple[Page, Piece]]) -> bool:
        """Whether Typst refuses an edition of these blocks alone."""
        body = block(*(replace(page, pieces=(piece,)) for page, piece in pieces))
        try:
            self._compile_once(replace(edition, body=body, attachments=()))
        except CompileError:
            return True
        return False


@contextmanager
def _refusing(source: Path) -> Iterator[None]:
    """Raise CompileError where Typst refuses a source."""
    try:
        yield
    except (typst.TypstError, RuntimeError) as error:
        raise CompileError(*_complaints(error, source)) from error
    except BaseException as error:  # a failed assertion in Typst is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise CompileError(Complaint(None, _PANIC)) from error


def _batches(editions: Sequence[Edition]) -> Iterator[Sequence[Edition]]:
    """What one process prints.  Large editions start first, as they take longest."""
    # Sphinx starts the tasks in reverse order.
    small = [edition for edition in editions if not edition.is_large]
    for start in range(0, len(small), BATCH):
        yield small[start : start + BATCH]
    for edition in editions:
        if edition.is_large:
            yield [edition]


_PANIC = (
    "Typst failed over the text. To mend: divide its longest rows of letters and marks by spaces."
)
_SIMPLER = "write what stands there in a simpler form"
_LABEL = re.compile(r'label `label\("(.*)"\)` (occurs multiple times|does not exist)')
_TIMES = {"occurs multiple times": "more than once", "does not exist": "nowhere"}
_LINE = re.compile(r"(\S+\.typ):(\d+):")
_NO_GLYPH = re.compile(r'the text `"(.*)"` could not be displayed')
_UNSHOWN = re.compile(r'(?:the text|contains the codepoint) `"(.*?)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


def _literal(row: str) -> str:
    """What a string stands for that Typst writes in a message."""
    return _ESCAPED.sub(lambda it: chr(int(it[1], 16)) if it[1] else it[2], row)


def _complaints(error: Exception, source: Path) -> list[Complaint]:
    diagnostic = getattr(error, "diagnostic", "") or str(error)
    text = source.read_text(encoding="utf-8")
    parts = [part for part in re.split(r"(?m)^error: ", diagnostic) if part.strip()]
    return list(dict.fromkeys(_complaint(part, source, text) for part in parts))


def _complaint(diagnostic: str, source: Path, text: str) -> Complaint:
    message = diagnostic.strip().splitlines()[0].removesuffix(".")
    if glyph := _NO_GLYPH.search(message):
        letters = _literal(glyph[1])
        return Complaint(_place_of(letters, text), (
            f"No font at hand has {described(letters)}. "
            "To mend: write it in another way, or show it as an image with alternative text."
        ))  # fmt: skip
    if label := _LABEL.search(message):
        return Complaint(_place_of(label[1], text), (
            f"Print has the place “{label[1].rpartition('#')[2]}” {_TIMES[label[2]]}, so that no "
            "link can lead there. To mend: write the block that has it in a simpler form."
        ))  # fmt: skip
    lines = [int(line) for name, line in _LINE.findall(diagnostic) if name.endswith(source.name)]
    place = code.place_of(text, lines[0]) if lines else None
    hints = re.findall(r"(?m)^\s*= hint: (.*)$", diagnostic)
    return Complaint(place, _told(message, hints or [_SIMPLER]))


def _place_of(letters: str, text: str) -> str | None:
    """The place at which letters, of a text or a label, first occur, which Typst does not report.

    Text before the first comment of place belongs to attachments and is skipped.
    """
    place = None
    for line in text.splitlines():
        if line.startswith(code.PLACE):
            place = line.removeprefix(code.PLACE)
        elif place is not None and letters.strip('"') in line:
            return place
    return None


def _told(message: str, hints: list[str]) -> str:
    return f"{message}. To mend: {'; '.join(hints)}." if hints else f"{message}."
