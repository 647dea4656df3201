"""What the last build left: every byte of it is known, and what anything else wrote is made anew.

A page that was altered, a script that was added, a node tree that was cut off: each is told once,
removed and made anew, so that none is published and none misleads the next build.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.citation.metadata import CARD
from archive.files import remove
from archive.preservation.site import foreign, record_site

ACCOUNT = ".hashes"
_INDEX = "pagefind"  # of which each share is known only as a whole
_SEARCHED = (f"{_INDEX}/", "search-index/", "check-index/")
_SHOWN = 3  # names of files


class Kept:
    """What a build left below ``work``, which only a build may write: a site, and node trees.

    Each has an account of its files.  That of the node trees is missing while a build runs, and
    after one that failed or was killed: what it left may be incomplete.
    """

    def __init__(self, work: Path, site: Path) -> None:
        self.site, self.trees = site, work / "doctrees"
        self.account = work / f"{ACCOUNT}{'' if site.name == 'html' else f'-{site.name}'}"
        self._of_trees = work / f"{ACCOUNT}-doctrees"
        self._begun = work / f"{ACCOUNT}-begun"

    def mend(self) -> list[str]:
        """Remove what no build left as it is, so that it is made anew; say what that was.

        PDFs and picture cards are made again by themselves, and search is indexed again; for
        anything else of the site, all pages are read again.  Raises OSError.
        """
        told = []
        if found := _foreign(self.site, self.account):
            told.append(_told(self.site, found))
            for path in sorted(found):
                remove(self.site / path)
        lost = [path for path, what in found.items() if what != "extra"]
        if any(path.startswith(f"{_INDEX}/") for path in lost):
            remove(self.site / _INDEX)
        own = (".pdf", ".passages.js", f".{CARD.suffix}")
        needed = any(not (path.startswith(_SEARCHED) or path.endswith(own)) for path in lost)
        damaged = _foreign(self.trees, self._of_trees)
        if damaged:
            told.append(_told(self.trees, damaged))
        if damaged or needed:
            remove(self.trees)
        return told

    def begin(self) -> None:
        """Let the node trees count as incomplete from now on.  Raises OSError."""
        remove(self._begun)
        if self._of_trees.is_file():
            self._of_trees.replace(self._begun)

    def record(self, *, whole: bool) -> None:
        """Record what a build left; ``whole`` says whether it ended well.  Raises OSError."""
        if self.site.is_dir():
            record_site(self.site, self.account)
        if whole and self.trees.is_dir():
            record_site(self.trees, self._begun)
            remove(self._of_trees)
            self._begun.replace(self._of_trees)

    def forget(self, saved: Iterable[Path], source: Path) -> None:
        """Have the pages that were saved read again; all of them where it was anything else."""
        for path in saved:
            if path.suffix != ".md" or not path.is_file() or not path.is_relative_to(source):
                remove(self.trees)
                return
            page = path.relative_to(source).with_suffix(".doctree")
            (self.trees / page).unlink(missing_ok=True)


def _foreign(folder: Path, account: Path) -> dict[str, str]:
    """As ``foreign``; the folder itself, which has no name, where nobody knows what it was."""
    try:
        found = foreign(folder, account) if folder.is_dir() or not folder.exists() else None
    except ValueError:  # a link, a pipe
        found = None
    if found is None:
        is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        return {} if is_empty else {"": "unfinished"}
    return found


def _told(folder: Path, found: Mapping[str, str]) -> str:
    if "" in found:
        where = os.path.relpath(folder)
        return f"The last build did not finish {where}, or it was damaged; making it anew."
    extra = all(what == "extra" for what in found.values())
    names = [f"{os.path.relpath(folder / path)} ({found[path]})" for path in sorted(found)[:_SHOWN]]
    more = f" and {len(found) - _SHOWN} others" if len(found) > _SHOWN else ""
    done = "removed" if extra else "making it anew"
    return f"Not as the last build left it: {', '.join(names)}{more}; {done}."
