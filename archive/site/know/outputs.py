"""The account of outputs: which facts each file of the site shows, and so which files are stale.

Each output has a row with the keys of the facts that were read while it was made, and a digest of
their values.  The values of all facts are kept with the rows, so that an output is stale where one
of its facts is among those that changed.  An output that is one piece for each document has the
places of its pieces, and only those that changed are made again.  The account is stored beside the
node trees and removed with them, so that no build relies on what an interrupted build left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from archive.files import read_pickle, replacing, write_if_changed, write_pickle
from archive.site.know.domain import archive_domain
from archive.site.know.view import Key, View, kind_of, view_of

_FILE = "outputs.pickle"


class Shown(NamedTuple):
    """The facts that one output shows, and the digest of their values."""

    keys: tuple[Key, ...]
    digest: str


class Piece(NamedTuple):
    """Where the piece of one document stands in a file, and the digest of what it shows."""

    digest: str
    start: int  # bytes
    end: int


class Account:
    """The rows of all outputs, by path below the site."""

    def __init__(self, path: Path, engine: str) -> None:
        """Read the account at ``path``, if it was made by the same ``engine`` and is whole."""
        self._path, self._engine = path, engine
        rows, texts, lasting, pieces = read_pickle(path, engine) or ({}, {}, {}, {})
        self._rows: dict[str, Shown] = rows
        self._texts: dict[Key, str] = texts  # of all facts when the rows were last saved
        self._lasting: Mapping[str, str] = lasting  # of the view of then
        self._pieces: dict[str, dict[str, Piece]] = pieces  # of outputs, by name
        self._new: dict[str, View] = {}  # the rows that were entered since, and from which view
        self._compared: tuple[View, frozenset[Key]] | None = None

    def is_current(self, name: str, view: View) -> bool:
        """Whether all facts that an output shows have the values they had."""
        row = self._rows.get(name)
        if row is None:
            return False
        if name in self._new:
            return self._new[name] is view or row.digest == view.digest(row.keys)
        return self._changed(view).isdisjoint(row.keys)

    def _changed(self, view: View) -> frozenset[Key]:
        """Return the facts that have other values than when the account was saved."""
        if self._compared is None or self._compared[0] is not view:
            same = dict(view.lasting.items() & self._lasting.items())
            view.texts.update(
                (key, text) for key, text in self._texts.items() if same.get(kind_of(key))
            )
            found = (key for key, text in self._texts.items() if view.texts[key] != text)
            self._compared = view, frozenset(found)
        return self._compared[1]

    def digest_of(self, name: str) -> str:
        """Return the digest of all facts that an output shows; empty of one without a row."""
        row = self._rows.get(name)
        return row.digest if row is not None else ""

    def enter(self, name: str, keys: Collection[Key], view: View) -> None:
        """Enter an output that was just made from the facts with these keys."""
        shown = tuple(sorted(keys))
        self._rows[name] = Shown(shown, view.digest(shown))
        self._new[name] = view

    @property
    def names(self) -> Collection[str]:
        return self._rows.keys()

    def rows(self, names: Iterable[str]) -> dict[str, Shown]:
        """Return the rows of some outputs, to be merged in another process."""
        return {name: self._rows[name] for name in names if name in self._rows}

    def merge(self, rows: Mapping[str, Shown], view: View) -> None:
        """Take over rows that another process entered from its copy of the view."""
        self._rows.update(rows)
        self._new.update(dict.fromkeys(rows, view))

    def forget(self, names: Iterable[str] | None = None) -> None:
        """Remove the rows of some outputs, or of all."""
        for name in list(self._rows) if names is None else names:
            self._rows.pop(name, None)
            self._new.pop(name, None)

    def write_pieces(
        self,
        path: Path,
        pieces: Mapping[str, str],
        make: Callable[[str], bytes],
        between: bytes = b"",
    ) -> None:
        """Write a file of one piece for each document, and make only those that changed.

        ``pieces`` has the digest of what each shows, in the order of the file.  Raises OSError.
        """
        places = self._pieces.pop(path.name, {})
        size = path.stat().st_size if path.is_file() else -1
        if size != max((place.end for place in places.values()), default=0):
            places = {}
        elif [*pieces.items()] == [(each, place.digest) for each, place in places.items()]:
            self._pieces[path.name] = places
            return
        found: dict[str, Piece] = {}
        with ExitStack() as files:
            draft = files.enter_context(replacing(path))
            new = files.enter_context(draft.open("wb"))
            old = files.enter_context(path.open("rb")) if places else None
            for each, digest in pieces.items():
                new.write(between if found else b"")
                place, start = places.get(each), new.tell()
                if old is not None and place is not None and place.digest == digest:
                    old.seek(place.start)
                    new.write(old.read(place.end - place.start))
                else:
                    new.write(make(each))
                found[each] = Piece(digest, start, new.tell())
        self._pieces[path.name] = found

    def save(self, view: View) -> None:
        """Write the account to its file, without what is not current.  Raises OSError."""
        self.forget([name for name in self._rows if not self.is_current(name, view)])
        shown = {key for row in self._rows.values() for key in row.keys}
        self._texts = {key: view.texts[key] for key in shown}
        self._lasting = view.lasting
        self._new.clear()
        self._compared = view, frozenset()
        kept = self._rows, self._texts, self._lasting, self._pieces
        write_pickle(self._path, kept, self._engine)


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """A page without a source file."""

    name: str  # as a docname: its address without the suffix
    template: str
    context: Callable[[], dict[str, Any]]  # makes the template's context when the page is written
    listed: bool = True  # in the sitemap
    # Of a part of a list: its title, which says how many parts there are, and what it lists.
    lists: tuple[str, ...] = ()


def account_of(env: BuildEnvironment) -> Account:
    domain = archive_domain(env)
    if domain.account is None:
        path = Path(env.doctreedir, _FILE)
        domain.account = Account(path, env.config.archive_code_digest)
    return domain.account


def renew_view(app: Sphinx, env: BuildEnvironment) -> None:
    """Start with a new view, which holds no value of an earlier build in this process."""
    archive_domain(env).view = View(env)


def stale_documents(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages with a source whose facts changed since they were written."""
    if app.builder.name != "html":
        return []
    view, account = view_of(env), account_of(env)
    return [name for name in sorted(env.found_docs) if not account.is_current(file_of(name), view)]


def file_of(docname: str) -> str:
    return f"{docname}.html"


@contextmanager
def accounted(env: BuildEnvironment, name: str) -> Iterator[View]:
    """Enter an output in the account with the facts that are read while it is made."""
    view = view_of(env)
    with view.noting() as shown:
        view.note("settings")
        yield view
    account_of(env).enter(name, shown, view)


def is_current(app: Sphinx, name: str) -> bool:
    """Whether an output exists and shows the present facts."""
    return Path(app.outdir, name).exists() and account_of(app.env).is_current(
        name, view_of(app.env)
    )


def write_output(app: Sphinx, name: str, render: Callable[[View], str]) -> None:
    """Write a file of the site, unless it is current."""
    if not is_current(app, name):
        with accounted(app.env, name) as view:
            write_if_changed(Path(app.outdir, name), render(view))


def save_account(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.name == "html":
        account_of(app.env).save(view_of(app.env))
