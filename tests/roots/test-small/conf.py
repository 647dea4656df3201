"""A small archive with the settings of the real one."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Small archive"
