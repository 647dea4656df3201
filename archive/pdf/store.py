"""What the last build made: drawn pages, and the PDFs and picture cards in the output folder.

Nothing is drawn or printed twice, and no file is left half-written.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archive.files import read_pickle, write, write_if_changed, write_pickle
from archive.pdf.inline import IMAGES
from archive.site.know.outputs import Account

if TYPE_CHECKING:
    from archive.pdf.cards import Card
    from archive.pdf.edition import Edition
    from archive.pdf.pages import Page
    from archive.pdf.press import Outcome
    from archive.site.know.view import Key, View


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
