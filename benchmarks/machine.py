"""On what was measured: the machine, the versions, the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

_PACKAGES = (
    "docutils", "furo", "myst-parser", "pybtex", "sphinx", "sphinxcontrib-bibtex", "typst",
)  # fmt: skip


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, and how busy others kept it in the last minute."""
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
