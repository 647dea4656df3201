"""After any edits the site is what a build from nothing gives, byte for byte."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import built, cold, contents
from tests.site.editing import CHANGES, Archive

LONG = os.environ.get("ARCHIVE_LONG") == "1"


def differences(one, other):
    """The names of files that only one of two sites has, or that say something else."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# Each step is what editors do between two builds.
STEP = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 2**16)), min_size=1, max_size=3)


@settings(
    max_examples=40 if LONG else 2, deadline=None, derandomize=not LONG,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    seed=st.integers(0, 2**16),
    entries=st.sampled_from([12, 3, 200]),
    steps=st.lists(STEP, min_size=3, max_size=8 if LONG else 4),
)
def test_after_any_edits_the_site_is_what_a_build_from_nothing_gives(
    tmp_path_factory, seed, entries, steps
):
    folder = tmp_path_factory.mktemp("edited")
    archive = Archive(folder / "archive", seed, entries=entries)
    site = built(archive.folder).site
    for step in steps:
        for change, chance in step:
            change(archive, random.Random(chance))
        archive.write()
        built(archive.folder)
    wanted = contents(cold(archive.folder, folder / "fresh", "-j", "2", PYTHONHASHSEED="7").site)
    assert differences(contents(site), wanted) == []
