"""Writes the locked lists of ``requirements/`` from ``pyproject.toml``, with hashes.

``python -m tools.lock [--upgrade]``: locked versions stay, unless an upgrade is asked for.  A list
holds for every supported Python: where the newest version of a package needs a newer one, markers
give older ones the newest version that runs on them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement

UV = "0.13.9"
PROJECT = "pyproject.toml"
# Each list: its parts of pyproject.toml, and the list whose versions it must agree with.
LISTS: dict[str, tuple[list[str], str]] = {
    "build": ([PROJECT], ""),
    "import": (["--extra", "import", PROJECT], "build"),
    "test": (["--extra", "import", "--group", "test", PROJECT], "import"),
    "release": (["--group", "release"], ""),
    "peers": (["--group", "peers"], ""),
    "math": (["--group", "math"], ""),
    "scripts": (["--group", "scripts"], ""),
    "cjk": (["--group", "cjk"], ""),
    "sorting": (["--group", "sorting"], ""),
    "serve": (["--group", "serve"], "build"),
    "mcp": (["--extra", "mcp", PROJECT], "test"),
}


def main(*options: str) -> int:
    """Write all lists; with ``--upgrade`` also print what ``pyproject.toml`` holds back."""
    uv = _uv()
    for name, (words, other) in LISTS.items():
        constraint = ["--constraint", _list(other)] if other else []
        subprocess.run(
            [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header",
             *options, *constraint, "--output-file", _list(name), *words],
            check=True,
        )  # fmt: skip
    if "--upgrade" in options:
        print(f"Newer than {PROJECT} allows; change it there by hand, and run this again:")
        print("\n".join(_held_back()) or "  nothing")
        print(f"Then: make test reproduce, and commit {PROJECT}, requirements/ and docs/.")
    return 0


def _list(name: str) -> str:
    return f"requirements/{name}.txt"


def _uv() -> Path:
    """Install uv into an environment of its own; return its path."""
    folder = Path(sys.prefix, "lock")
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"uv=={UV}"], check=True)
    return folder / "bin" / "uv"


def _held_back() -> Iterator[str]:
    """Packages with a newer version than ``pyproject.toml`` allows."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--outdated", "--format=json",
         "--disable-pip-version-check"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    newest = {each["name"].lower(): each["latest_version"] for each in json.loads(done.stdout)}
    project = tomllib.loads(Path(PROJECT).read_text("utf-8"))["project"]
    for words in [*project["dependencies"], *chain(*project["optional-dependencies"].values())]:
        required = Requirement(words)
        version = newest.get(required.name.lower())
        if version is not None and version not in required.specifier:
            yield f"  {required.name}{required.specifier}: {version}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
