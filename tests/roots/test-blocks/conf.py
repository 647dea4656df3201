"""The repository’s settings, for an archive with every kind of block."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Forms archive"
html_baseurl = "https://forms.example/"
