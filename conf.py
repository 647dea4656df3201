"""The settings of the Press Freedom Archive.  archive/defaults.py has what every archive shares."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the engine lies beside this file

from archive.defaults import *

project = "Press Freedom Archive"
author = "The editors of the Press Freedom Archive"
copyright = "The editors, CC BY 4.0; the sources remain their publishers’"
html_baseurl = hosted_at("https://press-freedom-archive.example/")

archive_description = (
    "Documents on press freedom, retold passage by passage, each at an address that stays."
)
archive_licence = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")

# What the letters of anchors stand for, besides those of the engine (archive/model/settings.py).
# archive_kinds is not set: a document may be of any kind of archive/model/kinds.py.
archive_letters = {"a": "article", "r": "resolved", "w": "whereas"}

# Files of this repository that are no pages.
exclude_patterns = [
    *exclude_patterns,
    "archive",
    "benchmarks",
    "docs",
    "requirements",
    "tools",
    "upstream",
]
