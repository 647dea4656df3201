"""The measurements of ``benchmarks.site``, with the machine and the versions they were taken on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.process import Cost

COLD = "cold"
INDEX = ", its search index"  # after the name of a change


@dataclass(frozen=True, slots=True)
class Site:
    """The size of a built site."""

    files: int
    size: float  # MB


@dataclass(frozen=True, slots=True)
class PageWeight:
    """What a first visit to a page loads, in KB, compressed with gzip."""

    median: float  # of the documents' pages alone
    largest: float
    assets: float  # style sheets, scripts and pictures of one page


@dataclass(frozen=True, slots=True)
class Served:
    """The time until an edit shows while make serve runs."""

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
    """The results and the verdicts, as JSON."""
    return json.dumps(asdict(results) | more, indent=1, ensure_ascii=False) + "\n"


_PACKAGES = (
    "docutils", "furo", "myst-parser", "pybtex", "sphinx", "sphinxcontrib-bibtex", "typst",
)  # fmt: skip


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, and the load average of the last minute."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 2),
    }


def versions(root: Path) -> dict[str, str]:
    """Python's, those of the libraries that a build spends its time in, and the commit."""
    found = {name: version(name) for name in _PACKAGES}
    return {"python": platform.python_version(), **found, "commit": _commit(root)}


def _commit(root: Path) -> str:
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
