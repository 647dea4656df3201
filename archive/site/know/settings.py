"""The archive's settings as Sphinx read them from ``conf.py``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sphinx.errors import ConfigError

from archive.model.settings import OF_SPHINX, OPTIONS, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.config import Config

# What archive.defaults names and an archive need not have.
_NEEDLESS = frozenset({"_static", "ledger.jsonl"})


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
    config.linkcheck_ignore = [rf"{re.escape(settings.base)}.*", *config.linkcheck_ignore]


def _present(paths: Iterable[str], folder: Path) -> list[str]:
    return [path for path in paths if (folder / path).exists() or Path(path).name not in _NEEDLESS]
