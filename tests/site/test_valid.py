"""Every page is valid HTML, as the Nu Html Checker reads it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from tests.conftest import QUICK_JAVA, require_tool


def errors(*sites):
    """What the checker finds wrong with the pages of sites."""
    jar = os.environ.get("VNU_JAR", "")
    require_tool("the Nu Html Checker (name its vnu.jar in VNU_JAR)", jar and shutil.which("java"))
    done = subprocess.run(
        ["java", *QUICK_JAVA.split(), "-Xss4m", "-jar", jar, "--errors-only", "--format", "json",
         "--skip-non-html", *map(str, sites)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    messages = json.loads(done.stderr)["messages"]
    return [(each["url"], each.get("lastLine"), each["message"]) for each in messages]


def test_no_page_has_an_error(archive_site, field_site, versions_site):
    assert errors(archive_site.site, field_site.site, versions_site.site) == []
