"""The archive of this repository, copied and built once.

The tests here hold for whatever documents there are: who adds a document, a passage, a note or a
key of a record breaks none of them, unless the new one is at fault.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import opened, page, serve
from tests.conftest import ROOT, Built, once, whole

__all__ = ["opened", "page", "serve"]

ARCHIVE = ("conf.py", "*.md", "*.bib", "*.jsonl", "documents", "archive", "_templates")
# Each of them is a case of its own where a test is about one document.
DOCUMENTS = sorted({path.stem for path in (ROOT / "documents").glob("*.md")} - {"index"})


def copied(target: Path) -> Path:
    """Copy the archive's source, without what is built."""
    target.mkdir(parents=True)
    for path in sorted(found for pattern in ARCHIVE for found in ROOT.glob(pattern)):
        if path.is_dir():
            unbuilt = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, target / path.name, ignore=unbuilt)
        else:
            shutil.copy(path, target / path.name)
    return target


@pytest.fixture(scope="session")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of this repository: pages, PDFs and search.  Tests only read it."""
    return once(tmp_path_factory, "holdings", lambda folder: whole(copied(folder)))
