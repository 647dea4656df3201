"""The goals for an archive of up to ten thousand documents, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import linear_regression

from benchmarks.results import Ours, Results

REFERENCE = 1_000  # documents: the size at which speed is held against the goals
DOCUMENTS_A_SECOND = 30  # CPU second, of a cold build
TIMES_SPHINX = 2  # as fast as plain Sphinx with the same layout
GROWTH = 1.05  # exponent of the number of documents
EDIT = {100: 1.5, 1_000: 3, 10_000: 10}  # CPU seconds until the page is right, by documents
MEMORY, MEMORY_EACH = 150, 0.05  # MB, and MB for each document; of the largest process
PAGE = 60  # KB with gzip
PAGE_GROWTH = 1.05  # of the median page, from the smallest archive to the largest
SEARCH_SIZE, SEARCH = 3_000, 200  # documents; KB of the first query
SERVED, SERVED_LARGE = 0.5, 1  # CPU seconds until an edit shows: at the reference size, beyond


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal and what was found."""

    what: str
    wanted: str
    found: str | None  # None: not measured in this run
    is_met: bool

    @property
    def verdict(self) -> str:
        """In a word or two."""
        return "not measured" if self.found is None else "met" if self.is_met else "MISSED"


def goals(results: Results) -> list[Goal]:
    """Every goal, in the order of the table."""
    return [
        *_speed(results),
        _growth(results.ours),
        *_edits(results),
        *_memory(results.ours),
        *_pages(results.ours),
        _search(results.at(SEARCH_SIZE)),
        *_served(results.ours),
    ]


def summary(found: Sequence[Goal]) -> str:
    """All of it in one line."""
    missed = [f"{goal.what} {goal.found}, wanted {goal.wanted}" for goal in missing(found)]
    open_ = [goal.what for goal in found if goal.found is None]
    measured = len(found) - len(open_)
    parts = [f"{measured - len(missed)} of {measured} goals met"]
    parts += ["missed: " + "; ".join(missed)] if missed else []
    parts += ["not measured: " + ", ".join(open_)] if open_ else []
    return ". ".join(parts)


def missing(found: Sequence[Goal]) -> list[Goal]:
    """The goals that were measured and missed."""
    return [goal for goal in found if goal.found is not None and not goal.is_met]


def at_most(what: str, found: float | None, limit: float, unit: str, digits: int = 1) -> Goal:
    """A goal that something has at most so much of a unit; None was not measured."""
    said = None if found is None else f"{found:,.{digits}f}{unit}"
    return Goal(what, f"at most {limit:,g}{unit}", said, found is not None and found <= limit)


def _at_least(what: str, found: float | None, limit: float, unit: str) -> Goal:
    said = None if found is None else f"{found:,.1f}{unit}"
    return Goal(what, f"at least {limit:,g}{unit}", said, found is not None and found >= limit)


def _speed(results: Results) -> Iterator[Goal]:
    ours = results.at(REFERENCE)
    speed = REFERENCE / ours.cold.cpu if ours else None
    yield _at_least(
        f"cold build at {REFERENCE:,}", speed, DOCUMENTS_A_SECOND, " documents a CPU second"
    )
    yield _against(results, ours, "sphinx-collections", "plain Sphinx in the same layout",
                   TIMES_SPHINX)  # fmt: skip
    yield _against(results, ours, "mkdocs-material", "MkDocs Material", 1)


def _against(results: Results, ours: Ours | None, key: str, name: str, times: float) -> Goal:
    peer = results.peer(key, REFERENCE)
    found = peer.cost.cpu / ours.cold.cpu if peer and ours else None
    return _at_least(f"speed at {REFERENCE:,}, by that of {name}", found, times, " times")


def _growth(ours: Sequence[Ours]) -> Goal:
    """The larger of two exponents, fitted and of the last step, so that no fixed cost hides it."""
    points = [(each.documents, each.cold.cpu) for each in ours]
    found = max(exponent(points), last_step(points)) if len(points) > 1 else None
    return at_most("growth of the cold build, as a power of documents", found, GROWTH, "", 2)


def _edits(results: Results) -> Iterator[Goal]:
    for size, limit in EDIT.items():
        ours = results.at(size)
        if ours or size == REFERENCE:
            found = ours.costs["edit"].cpu if ours else None
            yield at_most(f"edit at {size:,}", found, limit, " CPU seconds")


def _memory(ours: Sequence[Ours]) -> Iterator[Goal]:
    for each in ours:
        most = max(cost.largest for cost in each.costs.values())
        limit = MEMORY + MEMORY_EACH * each.documents
        yield at_most(f"memory at {each.documents:,}", most, limit, " MB", 0)


def _pages(ours: Sequence[Ours]) -> Iterator[Goal]:
    largest = max(each.page.largest + each.page.assets for each in ours)
    yield at_most("weight of a document's page with what it loads", largest, PAGE, " KB")
    first, *_, last = (ours[0], *ours)
    growth = last.page.median / first.page.median if len(ours) > 1 else None
    what = "weight of a page in the largest archive, by that in the smallest"
    yield at_most(what, growth, PAGE_GROWTH, "", 2)


def _search(ours: Ours | None) -> Goal:
    found = ours.search if ours else None
    return at_most(f"a reader's first query at {SEARCH_SIZE:,}", found, SEARCH, " KB", 0)


def _served(ours: Sequence[Ours]) -> Iterator[Goal]:
    what = "make serve: from saving to seeing"
    times = {each.documents: each.served.cpu for each in ours if each.served}
    small = [cpu for documents, cpu in times.items() if documents <= REFERENCE]
    yield at_most(what, max(small, default=None), SERVED, " CPU seconds", 2)
    for documents, cpu in times.items():
        if documents > REFERENCE:
            yield at_most(f"{what} at {documents:,}", cpu, SERVED_LARGE, " CPU seconds", 2)


# Growth: the cost as a power law of the number of documents


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The exponent of a power law fitted through (size, cost), by least squares of logarithms.

    Raises ValueError where there are fewer than two sizes.
    """
    if len({size for size, _cost in points}) < 2:
        raise ValueError("growth shows at two sizes or more")
    sizes, costs = zip(*((log(size), log(cost)) for size, cost in points))
    return linear_regression(sizes, costs).slope


def last_step(points: Sequence[tuple[float, float]]) -> float:
    """The exponent between the two largest sizes, where fixed costs matter least.

    Raises ValueError where there are fewer than two sizes.
    """
    return exponent([*pairwise(sorted(points))][-1] if len(points) > 1 else points)
