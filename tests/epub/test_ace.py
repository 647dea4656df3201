"""Ace by DAISY finds nothing in an EPUB: it runs axe-core over the chapters and reads the package.

``ACE`` names its command, ``.ci/ace`` the packages of npm that it comes from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.conftest import require_tool


@pytest.mark.skipif(
    not os.environ.get("ARCHIVE_LONG"), reason="asked for by: make prove WHAT=reader"
)
def test_ace_finds_nothing(field_site, tmp_path):
    ace = shutil.which(os.environ.get("ACE", "ace-cli"))
    require_tool("Ace by DAISY (name its command in ACE)", ace and shutil.which("node"))
    browser = {"PUPPETEER_EXECUTABLE_PATH": shutil.which("chromium") or ""}
    book = field_site.site / "archive.epub"
    done = subprocess.run(
        [ace, "--silent", "--force", "--outdir", tmp_path, book], check=False,
        capture_output=True, text=True, env={**os.environ, **browser},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "report.json").read_bytes())
    read = report["assertions"]
    assert len(read) > 20, "chapters were read"
    found = [
        (each["earl:testSubject"]["url"], one["earl:test"]["dct:title"])
        for each in read for one in each["assertions"]
    ]  # fmt: skip
    assert found == []
    assert report["earl:result"] == {"earl:outcome": "pass"}
