"""The vectors that the command and the page both answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from archive.checking.copy import Copy
from archive.checking.engine import check

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors.json").read_text("utf-8"))
EXACT = ("found", "kind", "state", "anchor", "target", "differences", "note")
COPY = Copy(HERE / "site")


@pytest.mark.parametrize("vector", VECTORS, ids=[each["name"] for each in VECTORS])
def test_a_text_is_answered_as_was_thought_out(vector: dict[str, Any]) -> None:
    day = vector.get("date", "")
    found = [each.data() for each in check(vector["text"], COPY, form=vector["form"], day=day)]
    wanted = vector["findings"]
    assert [_of(each, EXACT) for each in found] == [_of(each, EXACT) for each in wanted]
    for one, other in zip(found, wanted):
        assert _of(one, other.keys()) == other


def _of(finding: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: finding[name] for name in names if name in finding}
