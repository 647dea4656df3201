"""Facts: what is read from pages and the ledger, what follows from it, and which outputs use it."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sphinx.errors import ConfigError

import archive
from archive.model.settings import OF_SPHINX, OPTIONS, Settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


# --- The archive's settings as Sphinx read them from ``conf.py``, and what follows from them.
#
# Digests of the engine and of the theme are settings too, so that Sphinx reads or writes all pages
# again when these change.

# What archive.defaults names and an archive need not have.
_NEEDLESS = frozenset({"_static", "ledger.jsonl", "wordings.jsonl"})


def settings_of(config: Config) -> Settings:
    """The archive's settings.  Raises ValueError where one has not the form it must have."""
    return Settings.of({name: config[name] for name in (*OF_SPHINX, *OPTIONS)})


def complete_settings(app: Sphinx, config: Config) -> None:
    """Settle what follows from the archive's name and address, and from which files it has.

    Raises ConfigError where a setting is not sound.
    """
    try:
        settings = settings_of(config)
    except ValueError as error:
        raise ConfigError(f"conf.py: {error}") from error
    config.html_title = config.html_title or settings.name
    config.html_static_path = _present(config.html_static_path, Path(app.confdir))
    config.html_extra_path = _present(config.html_extra_path, Path(app.confdir))
    # Links of the page for addresses that do not exist start at the root of the site.
    config.notfound_urls_prefix = urlsplit(settings.base).path
    if "linkcheck_ignore" in config:  # of the builder that finds dead links
        config.linkcheck_ignore = [rf"{re.escape(settings.base)}.*", *config.linkcheck_ignore]


def _present(paths: Iterable[str], folder: Path) -> list[str]:
    return [path for path in paths if (folder / path).exists() or Path(path).name not in _NEEDLESS]


_THEME = Path(archive.__file__).parent / "theme"

# Of the archive: which versions of Sphinx and of the theme, or of the engine that names them.
_LOCKS = ("requirements/build.txt", "requirements.txt")


def set_code_digest(app: Sphinx, config: Config) -> None:
    """Set ``archive_code_digest``.  Sphinx reads every page again when this setting changes."""
    config.archive_code_digest = code_digest()


@cache
def code_digest() -> str:
    """The SHA-256 of the engine's code, words and Typst templates, as this process found them."""
    folder = Path(archive.__file__).parent
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".po", ".py", ".typ"}:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def set_theme_digest(app: Sphinx, config: Config) -> None:
    """Set ``archive_theme_digest`` to the SHA-256 of templates, static files and locked packages.

    Every page shows them; Sphinx writes all pages again when this setting changes.
    """
    found = hashlib.sha256(sys.version.encode())  # a lock holds other versions for another Python
    for path in sorted(_theme_files(Path(app.confdir), config)):
        found.update(path.read_bytes() + b"\0")
    config.archive_theme_digest = found.hexdigest()


def _theme_files(folder: Path, config: Config) -> Iterator[Path]:
    own = (folder / name for name in (*config.templates_path, *config.html_static_path))
    for place in (_THEME, *own):
        yield from (path for path in place.rglob("*") if path.is_file())
    yield from (lock for name in _LOCKS if (lock := folder / name).is_file())
