"""Writes ``docs/LICENSES.md``, the licences of all packages.

``python -m tools.licenses``, in the environment that runs the tests.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.environment import environment, parts

LIST = Path("docs/LICENSES.md")
# Packages that state their licence in a file only, not in their metadata.
STATED = {"axe-playwright-python": "MIT"}


def main() -> int:
    """Write the list."""
    LIST.write_text("\n".join(_lines()) + "\n", "utf-8")
    print(f"The licences are listed in {LIST}")
    return 0


def _lines() -> Iterator[str]:
    release = environment("release", Path("requirements/release.txt"))
    lock = Path("requirements/build.txt").read_text("utf-8")
    built_with = sorted(set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)))
    yield from ("# Licences of the parts", "", "Written by `make lock`.", "")
    yield from ("## What builds the archive", "", *_table(release, "--python", str(parts())), "")
    yield from ("## What tests it, besides", "")
    yield from (*_table(release, "--python", sys.executable, "--ignore-packages", *built_with), "")
    yield from ("## What lists the parts", "")
    yield from _table(
        release, "--python", str(release), "--with-system",
        "--ignore-packages", "pip", "setuptools",
    )  # fmt: skip


def _table(release: Path, *options: str) -> Iterator[str]:
    lister = release.with_name("pip-licenses")
    done = subprocess.run(
        [lister, "--format=markdown", "--order=name", "--with-urls", *options],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        name = line.strip("| ").partition(" ")[0]
        stated = STATED.get(name, "").ljust(len("UNKNOWN"))
        yield line.replace("UNKNOWN", stated, 1) if name in STATED else line


if __name__ == "__main__":
    sys.exit(main())
