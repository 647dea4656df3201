"""What is known of pages is kept between builds as it is, whatever changed."""

from __future__ import annotations

import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st

from archive.site.know.domain import Packed

FACTS = st.tuples(st.text(max_size=3), st.integers())
STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | FACTS), max_size=12)


@given(st.lists(STEPS, max_size=4))
def test_every_build_finds_what_the_last_one_knew(builds):
    kept, expected = Packed(), {}
    for steps in builds:
        for name, fact in steps:
            if fact is None:
                kept.pop(name, None)
                expected.pop(name, None)
            else:
                kept[name] = expected[name] = fact
        kept = pickle.loads(pickle.dumps(kept))
        assert kept == expected


def test_what_did_not_change_is_not_packed_again():
    kept = Packed({"a": (("fact",), b"its bytes")})
    assert kept.__reduce__()[1] == ({"a": b"its bytes"},)
    kept["a"] = ("another",)
    assert kept.__reduce__()[1] == ({"a": pickle.dumps(("another",), pickle.HIGHEST_PROTOCOL)},)


def test_copies_are_apart():
    first = Packed()
    second = copy.deepcopy(first)
    second["a"] = (1,)
    assert not first
