"""What a first search loads is measured on the pages that readers get."""

from __future__ import annotations

import pytest

from archive.search.pagefind import executable


@pytest.mark.skipif(executable() is None, reason="there is no Pagefind for this platform")
def test_a_first_query_loads_the_program_and_a_part_of_the_index(browser, archive_site):
    from benchmarks.search import loaded

    assert 20 < loaded(browser, archive_site.site, "quarantine") < 200
    with pytest.raises(ValueError, match="xylophone"):
        loaded(browser, archive_site.site, "xylophone")
