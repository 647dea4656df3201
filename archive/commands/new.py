"""Another archive with this engine, and its words in another language."""

from __future__ import annotations

import json
import re
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import generate_po, read_po

import archive
from archive.commands import argument, command
from archive.files import write
from archive.model.agents import ROLES
from archive.model.crosswalk import rows
from archive.model.kinds import KINDS
from archive.model.record import Record
from archive.model.words import CATALOGUE, LOCALE, languages, said_in

# --- Another archive with this engine.

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


# --- Which house words the catalogues lack, as a translator can add them.


@command(
    argument("languages", nargs="*", metavar="language", help="as their folders are named"),
    epilog="The catalogues are archive/locale/<language>/LC_MESSAGES/archive.po.",
    failed="The words could not be compared",
)
def words(arguments: Namespace, _root: Path) -> int:
    """List the words of pages and print that a language lacks, and those that nothing says.

    What a catalogue lacks is said in English.  What is listed can be copied into the catalogue.  It
    exits with 1 where a catalogue lacks something.
    """
    wanted, code = said(), 0
    for language in arguments.languages or languages():
        lacking, spare = compared(language, wanted)
        print(
            f"# {language}: {len(lacking)} of {len(wanted)} lacking, {len(spare)} that nothing says"
        )
        for each in spare:
            print(f"#~ {each}")
        found = Catalog(locale=language)
        for message in lacking:
            found[message.id] = message
        lines = "".join(generate_po(found, omit_header=True)) if lacking else ""
        sys.stdout.write(lines)
        code = code or int(bool(lacking))
    return code


def compared(language: str, wanted: dict[str, Message]) -> tuple[list[Message], list[str]]:
    """Return what a catalogue lacks, and what it has that nothing says.  Raises OSError."""
    with (LOCALE / language / CATALOGUE).open("rb") as source:
        has = {_key(each): each for each in read_po(source, locale=language) if each.id}
    lacking = [
        message for key, message in wanted.items()
        if key not in has or not all(_forms(has[key])) or has[key].fuzzy
    ]  # fmt: skip
    return lacking, sorted(has.keys() - wanted.keys())


def said() -> dict[str, Message]:
    """Return all that pages and print say, by the English."""
    found: dict[str, Message] = {}
    for text in (*said_in(sorted(_ENGINE.rglob("*"))), *_tables()):
        message = Message(text)
        found.setdefault(_key(message), message)
    return dict(sorted(found.items()))


def _tables() -> Iterator[str]:
    """Yield the labels that tables have for other purposes, too."""
    yield from (role.capitalize() for role in ROLES)
    yield from ROLES.values()
    yield from (kind.label for kind in KINDS.values())
    yield from (row.written["card"] for row in rows(Record) if "card" in row.written)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(found)
