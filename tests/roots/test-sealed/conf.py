"""The repository’s settings, for a small archive."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Small archive"
html_baseurl = "https://isles.example/"
