"""What the process behind ``make serve`` tells at each build, without a browser."""

from __future__ import annotations

import pytest

from archive.serving.live_site import LiveSite
from tests.conftest import edit


@pytest.mark.filterwarnings("ignore")  # what MyST still asks of Sphinx
def test_a_problem_of_a_page_is_told_at_each_build_until_it_is_mended(small_archive):
    """Sphinx tells it only as it reads or writes the page."""
    source = small_archive("small")
    wrong = ("The third.", "The {nosuch}`third`, and {cite:p}`nobody`.")
    edit(source, "documents/alpha.md", wrong)
    site = LiveSite(source)
    with site.opened():
        for _ in range(2):
            site.build()
            assert {each.path for each in site.diagnostics} == {"documents/alpha.md"}
            assert [word for each in site.diagnostics for word in ("nosuch", "nobody")
                    if word in each.text] == ["nosuch", "nobody"]  # fmt: skip
        edit(source, "documents/alpha.md", wrong[::-1])
        site.build()
        assert site.diagnostics == ()
