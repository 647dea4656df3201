"""A goal is met, missed or not measured, and the last line says which."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import etree

from benchmarks import plot, table
from benchmarks.__main__ import Verdict
from benchmarks.__main__ import summary as summary_of_all
from benchmarks.changes import CHANGES
from benchmarks.goals import goals, missing, summary
from benchmarks.peers.all import PEERS
from benchmarks.process import Cost
from benchmarks.results import COLD, Ours, PageWeight, Results, Served, Site, Theirs, as_json


def ours(documents, cpu, **more):
    costs = {COLD: Cost(cpu, cpu, 120, 180)}
    costs |= dict.fromkeys(table.CHANGED, Cost(1.0, 1.0, 120, 150))
    good = Ours(
        documents, costs, Site(500, 9.0), PageWeight(14.0, 15.0, 20.0), 150.0, Served(0.4, 0.5)
    )
    return replace(good, **more)


def theirs(key, documents, cpu):
    return Theirs(key, key, documents, Cost(cpu, cpu, 100, 100), Site(300, 5.0))


GOOD = Results(
    {}, {}, (ours(100, 3.0), ours(1_000, 30.0), ours(3_000, 90.0)),
    (theirs("sphinx-collections", 1_000, 80.0), theirs("mkdocs-material", 1_000, 31.0)),
)  # fmt: skip


def verdicts(results):
    return {goal.what: goal.verdict for goal in goals(results)}


def at_1000(**more):
    """The good results with others at 1,000."""
    first, middle, last = GOOD.ours
    return replace(GOOD, ours=(first, replace(middle, **more), last))


def missed(results):
    return {goal.what for goal in missing(goals(results))}


def test_what_meets_every_goal_misses_none():
    assert set(verdicts(GOOD).values()) == {"met"}
    assert summary(goals(GOOD)) == f"{len(goals(GOOD))} of {len(goals(GOOD))} goals met"


def test_a_slow_build_misses_speed_by_itself_and_beside_both_peers():
    slow = replace(GOOD, ours=(ours(100, 6.0), ours(1_000, 60.0), ours(3_000, 180.0)))
    assert missed(slow) == {
        "cold build at 1,000",
        "speed at 1,000, by that of plain Sphinx in the same layout",
        "speed at 1,000, by that of MkDocs Material",
    }


def test_growth_is_missed_by_the_last_step_alone():
    steep = (ours(100, 10.0), ours(1_000, 33.0), ours(3_000, 120.0))
    assert "growth of the cold build, as a power of documents" in missed(replace(GOOD, ours=steep))


def test_an_edit_has_its_goal_at_each_size():
    for number, (documents, seconds) in enumerate(((100, 1.5), (1_000, 3.0))):
        costs = GOOD.ours[number].costs | {"edit": Cost(seconds + 0.1, 1.0, 120, 150)}
        slow = [*GOOD.ours]
        slow[number] = replace(slow[number], costs=costs)
        assert missed(replace(GOOD, ours=tuple(slow))) == {f"edit at {documents:,}"}


def test_memory_may_grow_with_the_documents_and_no_more():
    for documents, limit in ((100, 155), (1_000, 200), (3_000, 300)):
        for most, is_met in ((limit, True), (limit + 1, False)):
            costs = dict.fromkeys((COLD, *table.CHANGED), Cost(1.0, 1.0, most, most))
            one = replace(GOOD, ours=(ours(documents, 1.0, costs=costs),))
            assert (f"memory at {documents:,}" in missed(one)) is not is_met


def test_pages_are_light_and_stay_so():
    heavy = at_1000(page=PageWeight(14.0, 45.0, 20.0))
    assert missed(heavy) == {"weight of a document's page with what it loads"}
    first, middle, last = GOOD.ours
    grown = replace(last, page=PageWeight(14.8, 15.0, 20.0))
    assert missed(replace(GOOD, ours=(first, middle, grown))) == {
        "weight of a page in the largest archive, by that in the smallest"
    }


def test_what_was_not_measured_is_neither_met_nor_missed():
    bare = Results({}, {}, (ours(100, 3.0, search=None, served=None),))
    found = verdicts(bare)
    assert missed(bare) == set()
    for what in ("cold build at 1,000", "a reader's first query at 3,000",
                 "make serve: from saving to seeing", "edit at 1,000"):  # fmt: skip
        assert found[what] == "not measured"
        assert what in summary(goals(bare))


def test_the_summary_names_what_was_missed_with_its_figure():
    slow = replace(GOOD, theirs=(theirs("sphinx-collections", 1_000, 45.0), GOOD.theirs[1]))
    line = summary(goals(slow))
    assert "\n" not in line
    assert "1.5 times, wanted at least 2 times" in line


def test_a_peer_that_is_missing_or_too_slow_is_named_with_the_reason():
    left_out = pytest.importorskip("benchmarks.site").left_out  # which drives a browser
    tools = {peer.key: "tool" for peer in PEERS if peer.key != "hugo"}
    told = list(left_out([100, 1_000], PEERS, tools))
    assert any(line.startswith("Hugo") and "not installed" in line for line in told)
    assert any(line.startswith("Sphinx, one toctree") and "up to 300" in line for line in told)
    assert not any(line.startswith("MkDocs") for line in told)


def test_the_last_line_of_all_says_which_measurement_missed():
    good, bad = Verdict(0, "within"), Verdict(1, "memory at 100 200 MB")
    assert "every goal" in summary_of_all({"ledger": good, "site": good})
    line = summary_of_all({"ledger": good, "site": bad})
    assert "site: memory at 100 200 MB" in line
    assert "\n" not in line


def test_the_table_has_a_line_for_each_build():
    lines = table.ours(GOOD.ours[0]).splitlines()
    assert len(lines) == 1 + 2 * len(CHANGES) + 1
    assert all(name in line for name, line in zip((COLD, *table.CHANGED), lines, strict=False))
    assert "150 KB" in lines[-1]
    growth = {line.split("fitted")[0].strip() for line in table.growth(GOOD)}
    assert len(growth) == 1 + len(CHANGES)


def test_the_json_holds_everything():
    kept = json.loads(as_json(GOOD, growth=table.exponents(GOOD)))
    assert kept["ours"][1]["costs"][COLD]["cpu"] == 30.0
    assert kept["theirs"][0]["name"] == "sphinx-collections"
    assert kept["growth"]["the archive, cold"]["fitted"] == 1.0


def test_the_plot_has_a_line_for_each_kind_of_build():
    lines = plot.lines(GOOD)
    picture = etree.fromstring(plot.draw(lines).encode())
    drawn = picture.findall("{*}polyline")
    assert len(drawn) == len(lines) == 1 + len(CHANGES) + 2
    places = [tuple(map(float, each.split(","))) for each in drawn[0].get("points").split()]
    assert len(places) == 3
    (x1, y1), (x2, y2), (x3, y3) = places
    assert x1 < x2 < x3
    # A cost that grows as the documents do is a straight line.
    assert (y2 - y1) / (x2 - x1) == pytest.approx((y3 - y2) / (x3 - x2), abs=0.01)
