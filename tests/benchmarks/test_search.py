"""What a first search loads is measured on the pages that readers get."""

from __future__ import annotations

import shutil

import pytest

from archive.search.pagefind import executable
from benchmarks.search import first_query
from tests.conftest import require_tool


@pytest.mark.skipif(executable() is None, reason="there is no Pagefind for this platform")
def test_a_first_query_loads_the_program_and_a_part_of_the_index(archive_site):
    require_tool("chromium", shutil.which("chromium") or shutil.which("google-chrome"))
    assert 20 < first_query(archive_site.site, "espionage") < 200
    with pytest.raises(ValueError, match="xylophone"):
        first_query(archive_site.site, "xylophone")
