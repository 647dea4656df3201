"""What the scripts of a page say, in its language.

The words stand in the scripts, in English.  A page in another language hands over what its
catalogue has for them, as JSON: a text, or the texts for each category of numbers (CLDR).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

from archive.model.kinds import KINDS
from archive.model.words import Words, said_in
from archive.upstream.theme import FOLDER

# By the scripts of a page what else they say: values that a reader chooses from.
_CHOSEN = {"search": tuple(kind.label for kind in KINDS.values())}


def said_by(scripts: Iterable[str], _: Words) -> str:
    """Return what scripts say in a language, as JSON for a page; empty where that is English."""
    if _.is_english:
        return ""
    said = {each[0] if isinstance(each, tuple) else each: each for each in _said(tuple(scripts))}
    told = {
        name: _.forms(*each) if isinstance(each, tuple) else _(each) for name, each in said.items()
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _said(scripts: tuple[str, ...]) -> tuple[str | tuple[str, ...], ...]:
    chosen = (text for script in scripts for text in _CHOSEN.get(script, ()))
    return *said_in(FOLDER / "static" / f"{script}.js" for script in scripts), *chosen
