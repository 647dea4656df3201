"""The search indexes of volumes as one: those that Sphinx writes for an archive opened as files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_HEAD, _TAIL = "Search.setIndex(", ")"
# The parts of an index that name pages by their place in its list of pages: words have a place or
# a list of places, the others a list of rows that begin with a place.
_WORDS = ("terms", "titleterms")
_ROWS = ("alltitles", "indexentries")


def joined(indexes: Mapping[str, str], pages: Mapping[str, str], root: str) -> str:
    """One index: of each document what its own volume found, of other pages what ``root`` found.

    ``pages`` has the volume of each document, by docname.  Raises ValueError for what is no index.
    """
    read = {slug: _read(text) for slug, text in indexes.items()}
    own = {
        docname: (index["filenames"][at], index["titles"][at])
        for slug, index in read.items()
        for at, docname in enumerate(index["docnames"])
        if pages.get(docname, root) == slug
    }
    docnames = sorted(own)
    place = {docname: at for at, docname in enumerate(docnames)}
    whole = {
        **read[root],
        "docnames": docnames,
        "filenames": [own[docname][0] for docname in docnames],
        "titles": [own[docname][1] for docname in docnames],
        "objects": _objects(read[root], place),
    }
    for part in (*_WORDS, *_ROWS):
        whole[part] = {}
    for slug, index in read.items():
        names = enumerate(index["docnames"])
        _enter(
            whole, index, {at: place[each] for at, each in names if pages.get(each, root) == slug}
        )
    return _HEAD + json.dumps(_settled(whole), separators=(",", ":"), sort_keys=True) + _TAIL


def _read(text: str) -> dict[str, Any]:
    if not (text.startswith(_HEAD) and text.endswith(_TAIL)):
        raise ValueError("this is no search index")
    index: dict[str, Any] = json.loads(text[len(_HEAD) : -len(_TAIL)])
    return index


def _enter(whole: dict[str, Any], index: dict[str, Any], new: Mapping[int, int]) -> None:
    """Add what an index has of pages to the whole; ``new`` has their places in it, by their own."""
    for part in _WORDS:
        for word, found in index[part].items():
            places = [new[at] for at in _listed(found) if at in new]
            if places:
                whole[part].setdefault(word, []).extend(places)
    for part in _ROWS:
        for name, rows in index[part].items():
            kept = [[new[at], *others] for at, *others in rows if at in new]
            if kept:
                whole[part].setdefault(name, []).extend(kept)


def _listed(found: int | list[int]) -> list[int]:
    return [found] if isinstance(found, int) else found


def _objects(index: dict[str, Any], place: Mapping[str, int]) -> dict[str, Any]:
    return {
        prefix: [[place[index["docnames"][at]], *others] for at, *others in rows]
        for prefix, rows in index["objects"].items()
    }


def _settled(whole: dict[str, Any]) -> dict[str, Any]:
    """The index in the form in which Sphinx has it: sorted, and one place without a list."""
    for part in _WORDS:
        words = whole[part].items()
        whole[part] = {word: sorted(at) if len(at) > 1 else at[0] for word, at in words}
    for part in _ROWS:
        whole[part] = {
            name: sorted(rows, key=lambda row: row[0]) for name, rows in whole[part].items()
        }
    return whole
