"""What was measured, as it goes into the table, the goals, the plot and the JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from benchmarks.process import Cost

COLD = "cold"
INDEX = ", its search index"  # after the name of a change


@dataclass(frozen=True, slots=True)
class Site:
    """What a build left."""

    files: int
    size: float  # MB


@dataclass(frozen=True, slots=True)
class PageWeight:
    """What a reader's first page costs, in KB as a server sends it, with gzip."""

    median: float  # of the documents' pages alone
    largest: float
    assets: float  # style sheets, scripts and pictures of one page


@dataclass(frozen=True, slots=True)
class Served:
    """What an edit takes while make serve runs."""

    cpu: float  # seconds of user and system time from saving until the page shows it
    wall: float  # seconds from saving until the page shows it


@dataclass(frozen=True, slots=True)
class Ours:
    """The archive at one size."""

    documents: int
    costs: dict[str, Cost]  # of the cold build, and of each change after it
    site: Site
    page: PageWeight
    search: float | None  # KB of a reader's first query; None: no search index was built
    served: Served | None  # None: there is no such command

    @property
    def cold(self) -> Cost:
        """The build of all, from nothing."""
        return self.costs[COLD]


@dataclass(frozen=True, slots=True)
class Theirs:
    """A peer at one size."""

    key: str
    name: str
    documents: int
    cost: Cost
    site: Site


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run."""

    machine: dict[str, object]
    versions: dict[str, str]
    ours: tuple[Ours, ...]  # by size
    theirs: tuple[Theirs, ...] = ()
    left_out: tuple[str, ...] = field(default=())  # what was not measured, and why

    def peer(self, key: str, documents: int) -> Theirs | None:
        """A peer's measurement at a size."""
        found = (each for each in self.theirs if (each.key, each.documents) == (key, documents))
        return next(found, None)

    def at(self, documents: int) -> Ours | None:
        """The archive's measurement at a size."""
        return next((each for each in self.ours if each.documents == documents), None)


def as_json(results: Results, **more: object) -> str:
    """The results, and what was made of them, as JSON."""
    return json.dumps(asdict(results) | more, indent=1, ensure_ascii=False) + "\n"
