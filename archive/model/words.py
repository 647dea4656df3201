"""What a language asks for: the words of the house, how words sort, which way lines run."""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError

# --- House words: what the archive says around a text, in the language of that text.
#
# Catalogues are those of gettext, as Sphinx has them, in ``archive/locale/<language>/LC_MESSAGES``.
# They are read as they are, so that nothing has to be compiled and no compiled file can be old.
# What a catalogue lacks is said in English; ``python -m archive words`` lists it.
#
# ``_ = words(language)`` gives the words of a language, and ``_("Cite")`` one of them.  A word of a
# table is marked there by ``N_``.  Templates and scripts say words in the same way.

LOCALE = Path(__file__).parents[1] / "locale"
CATALOGUE = "LC_MESSAGES/archive.po"


def N_(text: str) -> str:
    """Mark a word of a table, which ``words`` says later."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: str  # a BCP 47 tag
    catalogue: gettext.NullTranslations

    def __call__(self, text: str) -> str:
        """Return a text in the language; as it is where the catalogue lacks it."""
        return self.catalogue.gettext(text) if text else text

    def plural(self, one: str, many: str, number: int) -> str:
        """Return the text for a number, which stands in the place of ``{}``."""
        return self.catalogue.ngettext(one, many, number).format(number)

    def forms(self, one: str, many: str) -> dict[str, str]:
        """Return the text for each of the language's categories of numbers (CLDR), for scripts."""
        from babel import Locale  # noqa: PLC0415

        category = Locale.parse(self.language.partition("-")[0]).plural_form
        numbers = {category(number): number for number in reversed(range(_SAMPLES))}
        return {name: self.catalogue.ngettext(one, many, at) for name, at in numbers.items()}

    @property
    def is_english(self) -> bool:
        """Whether it says all as the engine has it."""
        return type(self.catalogue) is gettext.NullTranslations


# Of these numbers, each category of CLDR that scripts ask for has one.
_SAMPLES = 110


@cache
def words(language: str | None) -> Words:
    """Return the words of a language, by its BCP 47 tag."""
    found = next(
        (path for name in _names(language or "en") if (path := _path(name)).is_file()), None
    )
    return Words(language or "en", gettext.NullTranslations() if found is None else _read(found))


def spoken_in(language: str | None, own: str) -> str:
    """Return the language that a page speaks, in an archive with its ``own``.

    It is that of the page where there are words of it, else that of the archive.
    """
    if not language or (_is_english(language) and _is_english(own)):
        return own
    return language if _is_english(language) or not words(language).is_english else own


def primary(language: str) -> str:
    """The primary subtag of a language tag."""
    return language.partition("-")[0].lower()


def _is_english(language: str) -> bool:
    return primary(language) == "en"


def languages() -> list[str]:
    """Return the languages that have a catalogue."""
    return sorted(path.name for path in LOCALE.iterdir() if _path(path.name).is_file())


def everywhere(text: str) -> tuple[str, ...]:
    """Return a text in every language that has a word for it, as it is first."""
    return tuple(dict.fromkeys([text, *(words(each)(text) for each in languages())]))


_METHODS = {".py": "python", ".html": "jinja2", ".js": "javascript"}
_SAYING = re.compile(r"\bN?_\(|\bplural\(")  # files without it take no time
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"_": None, "N_": None, "plural": (1, 2)}


def said_in(paths: Iterable[Path]) -> Iterator[str | tuple[str, ...]]:
    """Yield what modules, templates and scripts say, each text as it is in English.

    A text for numbers is a pair.  Raises OSError where a file cannot be read.
    """
    from babel.messages.extract import extract_from_file  # noqa: PLC0415

    for path in paths:
        method = _METHODS.get(path.suffix)
        if method is not None and _SAYING.search(path.read_text("utf-8")):
            options = {"parse_template_string": True} if path.suffix == ".js" else {}
            found = extract_from_file(method, path, _KEYWORDS, options=options)
            yield from (text for _line, text, *_rest in found)


@cache
def named(tag: str, language: str) -> str:
    """Return the name of a language in another one; the tag of a language without a name there."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        locale = Locale.parse(language.partition("-")[0])
        name = Locale.parse(tag, sep="-").get_display_name(locale)
    except (UnknownLocaleError, ValueError):
        return tag
    return name[:1].upper() + name[1:] if name and tag == language else name or tag


# Tags that are written in another script than the catalogue of their language.
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def _names(tag: str) -> list[str]:
    """Return the names of catalogues for a tag, the nearest first."""
    parts = tag.split("-")
    exact = "_".join([parts[0].lower(), *parts[1:]])
    is_other = tag.lower().startswith(_TRADITIONAL)
    return [exact, *(["zh_Hant"] if is_other else [parts[0].lower()])]


def _path(name: str) -> Path:
    return LOCALE / name / CATALOGUE


@cache
def _read(path: Path) -> gettext.NullTranslations:
    # Only an archive with a text in such a language takes the time to load this.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=path.parents[1].name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


# --- What the language of a text asks for: how its words sort, and which way its lines run.

# The order of words by the custom of a language.
#
# English, as the languages that no package is installed for, has the order of letters without marks
# or case.  Others have that of the Unicode Common Locale Data Repository (UTS 10 and 35), from ICU.

PROJECT = "pyicu-wheels"

Key = Callable[[str], "str | bytes"]


def is_at_hand(language: str) -> bool:
    """Whether words of a language, a BCP 47 tag, sort as is its custom."""
    return primary(language) == "en" or find_spec("icu") is not None


@cache
def key_of(language: str) -> Key:
    """The sort key of words in a language.  Keys of two languages cannot be compared."""
    if primary(language) == "en" or not is_at_hand(language):
        return folded
    icu = import_module("icu")
    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
    collator.setAttribute(icu.UCollAttribute.NORMALIZATION_MODE, icu.UCollAttributeValue.ON)
    key: Key = collator.getSortKey
    return key


def folded(text: str) -> str:
    """Letters without marks or case."""
    return re.sub(r"[^\w\s]|_", "", unicodedata.normalize("NFKD", text)).casefold().strip()


# --- Which way the lines of a language run.


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for a BCP 47 tag; ``ltr`` for languages unknown to Unicode."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
