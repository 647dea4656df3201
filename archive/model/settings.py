"""The settings of an archive: what differs from one archive to another, and is set in ``conf.py``.

The engine takes them as an argument wherever it needs them, so that no module keeps a name, a
licence or a kind of document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from archive.model.kinds import KINDS, Kind, differences, is_text, kinds_of
from archive.model.passage import Anchor, is_document_id, spoken_name, with_number
from archive.model.words import N_, words

# The archive's own settings in ``conf.py``, each with the value it has where conf.py sets none.
# An empty text stands for what the name of the archive gives.
OPTIONS: Mapping[str, Any] = {
    "archive_short_name": "",
    "archive_description": "Documents, rewritten passage by passage, with anchors that stay.",
    "archive_publisher": "",
    "archive_credit": "",
    "archive_licence": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "archive_kinds": tuple(KINDS),
    "archive_letters": {},
}

# Settings that Sphinx itself defines, and an archive needs.
OF_SPHINX = ("project", "html_baseurl")

_ADDRESS = re.compile(r"https?://[^\s<>\"/\[\]][^\s<>\"]*").fullmatch
_TEXTS = (*OF_SPHINX, *(name for name, value in OPTIONS.items() if isinstance(value, str)))

# The letters that the engine itself gives: to headings and notes that the archive adds, and to what
# any source has.  ``archive_letters`` adds to them, or words them otherwise.
LETTERS = {
    "f": N_("footnote"), "g": N_("signatory"), "i": N_("item"), "n": N_("editor’s note"),
    "p": N_("paragraph"), "s": N_("section"), "t": N_("table"), "x": N_("figure"),
}  # fmt: skip


# Words that archives give to letters of their own, which pages say in the language of a document.
USUAL = (N_("article"), N_("clause"), N_("recital"), N_("resolved"), N_("whereas"))


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of the archive's own words."""

    name: str  # "CC BY 4.0"
    address: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set for one archive."""

    name: str  # "Press Freedom Archive"
    short_name: str  # of files and signatures: "press-freedom-archive"
    description: str  # one sentence
    publisher: str  # as citations name it
    credit: str  # whose words the passages are: "rewritten by the Press Freedom Archive"
    licence: Licence
    base: str  # the archive's own address, ending in a slash
    # Of documents, by name ("resolution"), and of anchors, each with its word ("w" for "whereas").
    kinds: Mapping[str, Kind] = field(hash=False)
    letters: Mapping[str, str] = field(hash=False)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Settings:
        """The settings from the values of ``conf.py``, by OPTIONS and OF_SPHINX.

        Raises ValueError where one has not the form it must have.
        """
        given = {**OPTIONS, **values}
        _check_texts(given)
        name = _one_line(given.get("project", ""))
        publisher = _one_line(given["archive_publisher"]) or name
        return cls(
            name=name,
            short_name=_short_name(given["archive_short_name"], name),
            description=_one_line(given["archive_description"]),
            publisher=publisher,
            credit=_one_line(given["archive_credit"]) or f"rewritten by the {publisher}",
            licence=_licence(given["archive_licence"]),
            base=given.get("html_baseurl", ""),
            kinds=kinds_of(given["archive_kinds"]),
            letters=_letters(given["archive_letters"]),
        )

    @property
    def values(self) -> dict[str, Any]:
        """The values of ``conf.py`` that give these settings, see ``of``, without defaults."""
        plain = _plain(self.name, self.short_name)
        return {name: value for name, value in self._values.items() if plain.get(name) != value}

    @property
    def _values(self) -> dict[str, Any]:
        own = {key: word for key, word in self.letters.items() if LETTERS.get(key) != word}
        return {
            "project": self.name, "html_baseurl": self.base,
            "archive_short_name": self.short_name, "archive_description": self.description,
            "archive_publisher": self.publisher, "archive_credit": self.credit,
            "archive_licence": [self.licence.name, self.licence.address],
            "archive_kinds": differences(self.kinds), "archive_letters": own,
        }  # fmt: skip

    def word(self, letter: str) -> str:
        """What a letter stands for; of one that is not set, which no page may have, the letter."""
        return self.letters.get(letter, letter)

    def spoken(
        self, anchor: Anchor, short_title: str, own: str = "", language: str | None = None
    ) -> str:
        """The name people say for a passage, for example ``ALA resolution, whereas 3``.

        ``own`` is the locator that its document gives it, if it does; ``language`` is that of the
        document.
        """
        _ = words(language)
        counted = with_number(self.word(anchor.letter), anchor.number, _)
        return spoken_name(short_title, own or counted, _)

    def letter(self, word: str) -> str:
        """The letter of a word; that of paragraphs where the archive has none for it."""
        return next((letter for letter, each in self.letters.items() if each == word), "p")


def _check_texts(given: Mapping[str, Any]) -> None:
    for name in _TEXTS:
        if not isinstance(given.get(name, ""), str) or not _is_shown(given.get(name, "")):
            raise ValueError(f"{name}: write a text, without characters that cannot be seen")
    if (base := given.get("html_baseurl", "")) and not _is_address(base):
        raise ValueError(f"html_baseurl: “{base}” is no address; write https://…/, or nothing")


def _is_shown(text: str) -> bool:
    return "".join(text.split()).isprintable()


def _is_address(text: object) -> bool:
    return isinstance(text, str) and _ADDRESS(text) is not None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short_name(given: str, name: str) -> str:
    short = given or "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not is_document_id(short):
        raise ValueError(
            f"archive_short_name: “{short}” is not made of lower-case words joined by hyphens; "
            "write it in conf.py, such as “harbour-archive”, where the name has no Latin letters"
        )
    return short


def _licence(given: object) -> Licence:
    parts = tuple(given) if isinstance(given, (list, tuple)) else ()
    if len(parts) != 2 or not is_text(parts[0]) or not _is_address(parts[1]):
        raise ValueError("archive_licence: write its name and its address, (“…”, “https://…”)")
    return Licence(*parts)


def _letters(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or not all(
        is_text(letter) and re.fullmatch("[a-z]", letter) and is_text(word)
        for letter, word in given.items()
    ):
        raise ValueError("archive_letters: write a word for each letter, such as {“a”: “article”}")
    return dict(sorted({**LETTERS, **given}.items()))


@cache
def _plain(name: str, short_name: str) -> dict[str, Any]:
    """The values that an archive has where its conf.py sets no more than its names and address."""
    found = Settings.of({"project": name, "archive_short_name": short_name})._values
    return {key: value for key, value in found.items() if key in OPTIONS.keys() - {_SHORT_NAME}}


_SHORT_NAME = "archive_short_name"  # which follows from some names only
