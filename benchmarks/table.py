"""Formats the measurements as lines of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.changes import CHANGES
from benchmarks.goals import Goal, exponent, last_step
from benchmarks.process import Cost
from benchmarks.results import COLD, INDEX, Ours, Results, Site, Theirs

ARCHIVE = "the archive"
# Each change, and what the search index takes to follow.
CHANGED = tuple(f"{change}{part}" for change in CHANGES for part in ("", INDEX))


def head() -> str:
    """The headings of the columns."""
    return (
        f"{'documents':>9}  {'what':<38} {'CPU s':>8} {'docs/s':>7} {'s':>7} "
        f"{'cores':>5} {'MB one':>7} {'MB all':>7} {'files':>7} {'site MB':>8}"
    )


def ours(found: Ours) -> str:
    """The lines of the archive at one size."""
    lines = [_line(found.documents, f"{ARCHIVE}, {COLD}", found.cold, found.site)]
    lines += [
        _line(found.documents, f"{ARCHIVE}, {change}", found.costs[change]) for change in CHANGED
    ]
    page, search = found.page, found.search
    weighed = (
        f"pages {page.median:.1f} KB with gzip, the largest {page.largest:.1f}, "
        f"and {page.assets:.1f} for what they load"
    )
    asked = "no search index" if search is None else f"first query {search:.0f} KB"
    served = (
        "no make serve"
        if found.served is None
        else f"an edit shows after {found.served.cpu:.2f} CPU s, {found.served.wall:.2f} s"
    )
    return "\n".join((*lines, f"{'':>9}  {weighed}; {asked}; {served}"))


def theirs(found: Theirs) -> str:
    """A peer's line."""
    return _line(found.documents, found.name, found.cost, found.site)


def _line(documents: int, what: str, cost: Cost, site: Site | None = None) -> str:
    speed = f"{documents / cost.cpu:>7.1f}" if site else f"{'':>7}"
    left = f"{site.files:>7,} {site.size:>8.1f}" if site else ""
    return (
        f"{documents:>9,}  {what:<38} {cost.cpu:>8.2f} {speed} {cost.wall:>7.1f} "
        f"{cost.cores:>5.2f} {cost.largest:>7.0f} {cost.together:>7.0f} {left}"
    ).rstrip()


def exponents(results: Results) -> dict[str, dict[str, float]]:
    """The growth exponents of each build that was measured at two sizes or more."""
    return {
        name: {"fitted": round(exponent(found), 3), "last step": round(last_step(found), 3)}
        for name, found in points(results).items()
        if len(found) > 1
    }


def points(results: Results) -> dict[str, list[tuple[float, float]]]:
    """Documents and CPU seconds of each kind of build."""
    found = {
        f"{ARCHIVE}, {kind}": [
            (float(each.documents), each.costs[kind].cpu) for each in results.ours
        ]
        for kind in (COLD, *CHANGES)
    }
    for each in results.theirs:
        found.setdefault(each.name, []).append((float(each.documents), each.cost.cpu))
    return found


def growth(results: Results) -> Iterator[str]:
    """The exponent with which CPU seconds grow with the number of documents."""
    for name, found in exponents(results).items():
        yield f"growth  {name:<38} fitted {found['fitted']:.2f}, last step {found['last step']:.2f}"


def verdicts(found: Sequence[Goal]) -> Iterator[str]:
    """Each goal."""
    for goal in found:
        yield f"goal    {goal.what:<66} {goal.wanted:<38} {goal.found or '–':<24} {goal.verdict}"
