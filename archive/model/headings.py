"""What Sphinx says on a page of its own, in each language: the headings of notices.

Sphinx's catalogues have them in some sixty languages.  They are read as files, so that whoever
checks a copy needs no Sphinx.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from archive.model.words import N_

PERMALINK = N_("Permalink")  # explains the ¶ of a heading

# By kind of notice; English, as the catalogues have it.
KINDS = {
    "attention": "Attention", "caution": "Caution", "danger": "Danger", "error": "Error",
    "hint": "Hint", "important": "Important", "note": "Note", "seealso": "See also", "tip": "Tip",
    "warning": "Warning",
}  # fmt: skip
# Whose catalogues are those of a country.
_COUNTRIES = {"nb": "nb_NO", "no": "nb_NO", "uk": "uk_UA", "zh": "zh_CN"}
_TRADITIONAL = {"zh-hant": "zh_TW", "zh-mo": "zh_TW"}


@cache
def heading_of(kind: str, language: str) -> str:
    """Return the heading of a kind of notice, ``note``; English where there is no other."""
    first = language.partition("-")[0].lower()
    names = [_TRADITIONAL.get(language.lower(), language.replace("-", "_"))]
    names.append(_COUNTRIES.get(first, first))
    found = find_spec("sphinx")
    folder = Path(found.origin).parent / "locale" if found and found.origin else Path()
    said = gettext.translation("sphinx", folder, names, fallback=True).gettext(KINDS[kind])
    return said.strip()
