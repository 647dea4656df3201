"""The repository’s settings, for a small archive."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Small archive"
html_title = project
templates_path = [str(Path(archive.__file__).parent.parent / "_templates")]
html_static_path = [str(Path(archive.__file__).parent.parent / "_static")]
html_baseurl = "https://isles.example/"
