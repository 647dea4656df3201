"""Another archive with this engine."""

from __future__ import annotations

import json
import re
import shutil
from argparse import Namespace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import archive
from archive.commands import argument, command
from archive.files import write

PACKAGE = "anchored-archive"  # the engine, as pyproject.toml names it

_ENGINE = Path(archive.__file__).parent
_STARTER = _ENGINE / "starter"  # an archive that builds as it stands, under this name:
_NAME = "Example Archive"
_BUILT = shutil.ignore_patterns("__pycache__", "_build")


@command(
    argument("folder", type=Path, help="a folder that is empty or does not exist yet"),
    argument("--name", help="the archive's name; default: made from the folder's"),
    epilog="Exit codes: 0 the archive was written, 1 it was not.",
    failed="Nothing was written",
)
def run(arguments: Namespace, root: Path) -> int:
    """Begin an archive in a new folder, with settings, an example document and tests."""
    folder = root / arguments.folder
    name = arguments.name or " ".join(re.split(r"[-_ ]+", folder.resolve().name)).title()
    _write(folder, name, engine())
    print(f"{name} is begun in {arguments.folder}. Go there and run make; README.md tells more.")
    return 0


def engine() -> str:
    """The requirement of the engine that runs: by its version, or by where it was taken from.

    A package that was installed from an address says which (PEP 610); a checkout is one itself.
    """
    try:
        installed = distribution(PACKAGE)
    except PackageNotFoundError:
        return f"{PACKAGE} @ {_ENGINE.parent.as_uri()}"
    match json.loads(installed.read_text("direct_url.json") or "{}"):
        case {"url": url, "vcs_info": {"vcs": vcs, "commit_id": commit}}:
            return f"{PACKAGE} @ {vcs}+{url}@{commit}"
        case {"url": url}:
            return f"{PACKAGE} @ {url}"
    return f"{PACKAGE}=={installed.version}"


def _write(folder: Path, name: str, requirement: str) -> None:
    """Write all files of the archive.

    Raises OSError where they cannot be written, ValueError where the folder is not empty or the
    name would not be one in the settings.
    """
    if not name.isprintable() or re.search(r"[\"\\{}<>`#]", name) or not name.strip():
        raise ValueError(f"“{name}” cannot name an archive: use letters, digits and spaces")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is there already, and not empty")
    shutil.copytree(_STARTER, folder, ignore=_BUILT, dirs_exist_ok=True)
    for hidden in ("gitattributes", "gitignore"):  # git would follow them here, too
        (folder / hidden).rename(folder / f".{hidden}")
    for place in ("conf.py", "index.md", "README.md"):
        path = folder / place
        write(path, path.read_text("utf-8").replace(_NAME, name))
    pin = f"# The engine.  Raise its version here, and run make.\n{requirement}\n"
    write(folder / "requirements.txt", pin)
