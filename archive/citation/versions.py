"""The versions of one text: which passages answer one another, and how one cites them aligned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.model.comparing import Key
from archive.model.words import N_, Words, named, words

BESIDE = "versions.html"  # behind the id of the first version: the page with all side by side
VERSION = N_("{language} version")
ALIGNED = N_("{passage} ({version})")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text."""

    id: str
    language: str
    title: str
    passages: Mapping[Key, tuple[str, str]]  # anchor and spoken name of each, by what aligns it

    @property
    def own_name(self) -> str:
        """The name of its language in that language."""
        return named(self.language, self.language)


def version_of(
    id_: str, language: str, title: str, passages: Iterable[tuple[Key, str, str]]
) -> Version:
    """Return a version; of two passages with one key, the first is aligned."""
    found: dict[Key, tuple[str, str]] = {}
    for key, anchor, spoken in passages:
        found.setdefault(key, (anchor, spoken))
    return Version(id_, language, title, found)


def beside(versions: Sequence[Version], key: str, own: str = "") -> str:
    """The address of a passage or document on the page with all versions, from one of their pages.

    ``own`` is the version that the reader comes from, which the page shows.
    """
    asked = f"?in={own}" if own else ""
    return f"{versions[0].id}.{BESIDE}{asked}#{key}"


def told(versions: Sequence[Version], own: str, anchor: str, key: Key) -> dict[str, Any]:
    """Return what the section on a passage says of other versions; nothing where there are none."""
    others = [
        (each, *each.passages[key]) for each in versions if each.id != own and key in each.passages
    ]
    here = next((each for each in versions if each.id == own), None)
    if here is None or not others:
        return {}
    first = next((each for each in versions if key in each.passages), here)
    _ = words(first.language)
    name = first.passages[key][1]
    return {
        "versions": others,
        "beside": beside(versions, anchor, own),
        "aligned": aligned(name, here.language, _),
    }


def aligned(name: str, language: str, _: Words) -> str:
    """Name a passage as it is called in the first version: ``UDHR, art. 19 (French version)``."""
    said = _(VERSION).format(language=named(language, _.language))
    return _(ALIGNED).format(passage=name, version=said)
