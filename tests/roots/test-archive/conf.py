"""The repository’s settings, for an archive of the tests’ own."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Sunder Isles Archive"
author = "The editors of the Sunder Isles Archive"
html_baseurl = "https://isles.example/"
archive_contact = "mailto:editors@isles.example"
