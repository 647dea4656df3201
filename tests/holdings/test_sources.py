"""Where the sources are at hand: documents are faithful to them, and hold no trace of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.fidelity import examine
from tests.conftest import Built
from tests.fidelity.synthetic import holdings as held_against
from tests.holdings.conftest import DOCUMENTS, copied
from tests.traces import traces

SOURCES = Path(os.environ.get("ARCHIVE_SOURCES", "nowhere"))

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="ARCHIVE_SOURCES names no folder of sources"
)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    return held_against(copied(tmp_path_factory.mktemp("held") / "archive"), SOURCES)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_is_faithful_to_its_source(held, document):
    if document not in held:
        pytest.skip("its source is not at hand")
    assert examine(held[document]).problems == ()


def test_no_file_of_the_public_edition_holds_a_run_of_a_source(holdings: Built):
    texts = [path.read_text("utf-8") for path in SOURCES.rglob("*.txt")]
    assert texts
    found, checked = traces(holdings, texts)
    assert found == []
    assert checked > 20
