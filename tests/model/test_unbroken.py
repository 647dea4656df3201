"""Where a line may not end within a citation."""

from __future__ import annotations

import pytest

from archive.model.passage import unbroken


@pytest.mark.parametrize("text", [
    "the act, §_793(d)(1)", "§§_3 and 4", "ICCPR, art._19(3)(b)", "Arts._5 to 7", "No._3 of 1984",
    "¶_12", "paras._12 to 14", "see p._4, n._12", "ex._B", "(art._5)", "No._[3]",
    # no abbreviation, or no number
    "It departs. 3 came", "He left. A man", "count 3", "art. and craft", "§ a", "art.  5",
])  # fmt: skip
def test_a_sign_or_an_abbreviation_keeps_its_number(text):
    assert unbroken(text.replace("_", " ")) == text.replace("_", "\u00a0")
