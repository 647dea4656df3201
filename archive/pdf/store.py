"""What was printed before, so that nothing is printed twice and no file is left half-written."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from archive.files import replacing, write, write_if_changed
from archive.pdf import code
from archive.pdf.edition import TEMPLATE
from archive.pdf.images import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archive.pdf.edition import Edition


class Store:
    """The output folder, and beside it the Typst sources of the PDFs that are in it.

    ``state.json`` tells of which inputs the PDFs were made, and size and time of each: a PDF
    that was changed or removed by hand is made again.
    """

    def __init__(self, folder: Path, outdir: Path) -> None:
        self.folder = folder
        self._outdir = outdir
        self._state = folder / "state.json"
        self._out = os.path.relpath(outdir, folder)  # both may be moved together
        self._known = self._read()
        self._kept: dict[str, list[int] | None] = {}

    def _read(self) -> dict[str, object]:
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) and state.get("out") == self._out else {}

    @property
    def _pdfs(self) -> dict[str, list[int]]:
        pdfs = self._known.get("pdfs")
        return pdfs if isinstance(pdfs, dict) else {}

    def is_current(self, inputs: str) -> bool:
        """Whether every PDF is there, and was made of these inputs."""
        return self._known.get("inputs") == inputs and all(map(self._stands, self._pdfs))

    def has(self, edition: Edition) -> bool:
        """Whether the edition's PDF is there, and was made of the very source it has now."""
        if not self._stands(edition.path):
            return False
        try:
            before = self.source(edition).read_text(encoding="utf-8")
        except OSError:
            return False
        return code.without_places(before) == code.without_places(edition.source)

    def _stands(self, path: str) -> bool:
        return _mark(self._outdir / path) == self._pdfs.get(path, [])

    def source(self, edition: Edition) -> Path:
        """Where the source of an edition's PDF is kept."""
        return (self.folder / edition.path).with_suffix(".typ")

    def prepare(self, template: Path, editions: Iterable[Edition]) -> None:
        """Put template and images where Typst finds them."""
        write(self.folder / TEMPLATE, template.read_bytes())
        for edition in editions:
            for name, path in edition.images.items():
                target = self.folder / FOLDER / name
                if not target.exists():
                    with replacing(target) as draft:
                        shutil.copyfile(path, draft)

    def draft(self, edition: Edition) -> Path:
        """Write the source to be compiled, beside the one of the PDF that stands."""
        path = self._draft(edition)
        write(path, edition.source)
        return path

    def _draft(self, edition: Edition) -> Path:
        return self.source(edition).with_suffix(".draft.typ")

    def keep(self, edition: Edition, pdf: bytes) -> None:
        """Put a finished PDF into the output folder."""
        target = self._outdir / edition.path
        write(target, pdf)
        self._draft(edition).replace(self.source(edition))
        self._kept[edition.path] = _mark(target)

    def remember(self) -> None:
        """Note what was kept.  A PDF that is not noted when a build ends is made again."""
        self._write({**self._known, "inputs": "", "pdfs": {**self._pdfs, **self._kept}})

    def copy(self, path: str, target: str) -> None:
        """Let the same PDF stand at another address too."""
        pdf = (self._outdir / path).read_bytes()
        where = self._outdir / target
        (self.folder / target).with_suffix(".typ").unlink(missing_ok=True)  # it has no source
        write_if_changed(where, pdf)

    def settle(self, inputs: str, paths: set[str]) -> None:
        """All is printed: remove PDFs of what is no more, and remember the inputs."""
        for path in self._pdfs.keys() - paths:
            (self._outdir / path).unlink(missing_ok=True)
            (self.folder / path).with_suffix(".typ").unlink(missing_ok=True)
        marks = {path: _mark(self._outdir / path) for path in sorted(paths)}
        self._write({"inputs": inputs, "pdfs": marks})

    def _write(self, state: Mapping[str, object]) -> None:
        self._known = {**state, "out": self._out}
        write(self._state, json.dumps(self._known, indent=1))


def _mark(path: Path) -> list[int] | None:
    """Size and time of a file; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]
