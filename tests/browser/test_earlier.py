"""Earlier words in a browser: an old fingerprint leads to them, and what changed is heard."""

from __future__ import annotations

import pytest

from archive.model.passage import fingerprint
from tests.browser.pages import NARROW, wrong
from tests.browser.speech import spoken
from tests.conftest import once
from tests.site.test_wordings import HISTORY, SECOND, make


@pytest.fixture(scope="module")
def hosted(tmp_path_factory, serve) -> str:
    built, _said = once(tmp_path_factory, "wordings", make)
    return serve(built.site)


def test_an_old_fingerprint_leads_to_the_words_that_it_is_of(page, hosted) -> None:
    page.goto(f"{hosted}/search.html?q={fingerprint(SECOND)[:12]}")
    page.get_by_role("link", name="What it said before").click()
    page.wait_for_url("**/alpha.history.html#alpha-p3")
    assert "more than it did before" in page.locator("#alpha-p3").inner_text()


def test_the_history_page_is_heard_as_it_is_seen(page, hosted) -> None:
    page.set_viewport_size(NARROW)
    page.goto(f"{hosted}/{HISTORY}")
    assert list(wrong(page)) == []
    told = spoken(page, "#alpha-p3")
    assert "deletion: taken out more end" in told
    assert "insertion: put in less end" in told
