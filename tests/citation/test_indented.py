"""JSON is indented as the standard library indents it."""

from __future__ import annotations

import json

import pytest

from archive.citation.works import indented

VALUES = (
    {}, [], (), "“é”\n\"", 0, None, [[]], {"a": ()},
    {"log": "a", "passages": [{"line": 1, "path": ("b", "c"), "ü": {}}, {"path": []}], "x": True},
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("by", [1, 2])
def test_it_has_the_bytes_of_the_standard_library(value, by):
    assert indented(value, by) == json.dumps(value, ensure_ascii=False, indent=by)
