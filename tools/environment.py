"""Virtual environments for tools whose packages must not mix with those of the archive.

``python -m tools.environment NAME`` installs ``requirements/NAME.txt`` into one and prints where.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

MARK = ".installed"


def environment(name: str, *lists: Path) -> Path:
    """Return the Python of the environment ``name``, with only the packages of these lists.

    Its folder is below the environment that runs this, and is rebuilt when a list has changed.
    Raises CalledProcessError where the packages cannot be installed.
    """
    folder = Path(sys.prefix, name)
    python, mark = folder / "bin" / "python", folder / MARK
    state = hashlib.sha256(b"\0".join(path.read_bytes() for path in lists)).hexdigest()
    if mark.is_file() and mark.read_text("ascii") == state:
        return python
    print(f"Installing {', '.join(map(str, lists))} into {folder} …", flush=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--require-hashes"]
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], check=True
    )
    subprocess.run([*pip, *(word for path in lists for word in ("-r", str(path)))], check=True)
    mark.write_text(state, "ascii")
    return python


# What only some archives need.
_BESIDES = ("math", "scripts", "cjk", "sorting")


def parts() -> Path:
    """Return the Python of an environment with only the packages that build the archive."""
    besides = (name for name in _BESIDES if Path(sys.prefix, f".{name}").exists())
    lists = (Path(f"requirements/{name}.txt") for name in ("build", *besides))
    return environment("parts", *lists)


def main(name: str) -> int:
    """Make one environment, and print the path of its Python."""
    print(environment(name, Path(f"requirements/{name}.txt")))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
