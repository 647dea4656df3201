"""Which house words the catalogues lack, as a translator can add them."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import generate_po, read_po

import archive
from archive.commands import argument, command
from archive.model.agents import ROLES
from archive.model.crosswalk import rows
from archive.model.kinds import KINDS
from archive.model.record import Record
from archive.model.words import CATALOGUE, LOCALE, languages, said_in

_ENGINE = Path(archive.__file__).parent


@command(
    argument("languages", nargs="*", metavar="language", help="as their folders are named"),
    epilog="The catalogues are archive/locale/<language>/LC_MESSAGES/archive.po.",
    failed="The words could not be compared",
)
def run(arguments: Namespace, _root: Path) -> int:
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
