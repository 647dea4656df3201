"""The repository’s settings, for an archive of the tests’ own."""

import runpy
from pathlib import Path

import archive

_ROOT = Path(archive.__file__).parent.parent
globals().update(runpy.run_path(str(_ROOT / "conf.py")))

project = html_title = "Sunder Isles Archive"
author = "The editors of the Sunder Isles Archive"
html_baseurl = "https://isles.example/"
templates_path = [str(_ROOT / "_templates")]
html_static_path = [str(_ROOT / "_static")]
