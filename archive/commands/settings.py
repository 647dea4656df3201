"""Reads an archive's settings for commands that run no Sphinx."""

from __future__ import annotations

import runpy
from pathlib import Path

from archive.model.settings import Settings


def read_settings(root: Path) -> Settings:
    """The settings in the ``conf.py`` of an archive, which is run for them.

    Raises OSError where there is none, and ValueError where it cannot be run or a setting is not
    sound.
    """
    path = root / "conf.py"
    if not path.is_file():
        raise FileNotFoundError(f"There is no archive here: {path} is missing")
    try:
        return Settings.of(runpy.run_path(str(path)))
    except Exception as error:  # whatever the archive's own code raises
        raise ValueError(f"conf.py: {error or type(error).__name__}") from error
