"""The repository’s settings, for pages of every kind of block."""

import runpy
from pathlib import Path

import archive

globals().update(runpy.run_path(str(Path(archive.__file__).parent.parent / "conf.py")))

project = "Print archive"
author = "The editors"
html_baseurl = "https://archive.example/"
exclude_patterns = ["_build"]
myst_enable_extensions = [*myst_enable_extensions, "dollarmath"]  # noqa: F821 - of the settings


def setup(app):
    """Leave the documents unchecked: they hold blocks that no passage may be, to be printed."""
    app.connect("env-updated", _leave_unchecked, priority=850)


def _leave_unchecked(app, env):
    from dataclasses import replace

    from archive.site.know.domain import archive_domain

    domain = archive_domain(env)
    domain.checks_ledger = False
    for docname, document in domain.documents.items():
        domain.documents[docname] = replace(document, problems=())
