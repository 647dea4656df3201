"""Imports a file as the draft of a document, from the form that every reader gives it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import import_module
from typing import Any

from archive.citation import one_line
from archive.fidelity.words import WORD
from archive.model import Problem

# --- Imports a file as the draft of a document.
#
# A reader turns the file into a ``Text``; then come its structure and its record (``outline``), its
# references (``notes``, ``citing``) and the files that are written (``draft``, ``source_text``,
# ``placing``).  Imports no Sphinx; the libraries that read files are the extra ``import`` of
# pyproject.toml and are loaded only when a file needs them.


class RefusedError(Exception):
    """The file is not imported and nothing is written; says why, and what to do about it."""

    def __init__(self, rule: str, message: str, mend: str) -> None:
        super().__init__(rule, message, mend)
        self.rule = rule
        self.message = message
        self.mend = mend

    def problem(self, path: str) -> Problem:
        """The refusal as a problem of the file at ``path``."""
        return Problem(path, 0, self.rule, self.message, self.mend)


_DISTRIBUTIONS = {
    "lxml.etree": "lxml", "lxml.html": "lxml", "pypandoc": "pypandoc-binary",
    "pdfminer.high_level": "pdfminer.six", "readability": "readability-lxml",
    "lxml.cssselect": "lxml", "charset_normalizer": "charset-normalizer",
    "oxmsg": "python-oxmsg",
}  # fmt: skip


def library(module: str) -> Any:
    """Import a library of the readers when it is first needed.

    Raises RefusedError, which names the extra to install, where it is missing.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise RefusedError(
            "import-extra",
            f"This file needs the library {_DISTRIBUTIONS.get(module, module)}, "
            "which is not installed.",
            "install the extra “import”: pip install -r requirements/import.txt, "
            "or run make import, which does it.",
        ) from error


# --- The form that every reader gives a file, whatever its format, and the account of its words.
#
# A ``Text`` holds blocks in the order of the source.  Whatever a reader decided, guessed or left
# out becomes a remark, so that nothing of a source is lost silently.

# Characters that no line may hold: C0 and C1 controls, bidirectional embeddings and isolates.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

LONG = 20  # words: what was left out and has more is told with its beginning and place


class Form(StrEnum):
    """What a block is by its layout."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # of a list; its label is as written
    QUOTE = "quotation"
    TABLE = "table"
    CODE = "preformatted"


class Finding(StrEnum):
    """The subject of a remark, and the heading of the report that lists it."""

    FOUND = "Found"
    GUESSED = "Guessed"
    DECIDED = "Decided"
    LOST = "Left out"
    CHANGE = "Tracked changes"
    COMMENT = "Comments"
    FLAG = "To check"
    DOUBT = "To confirm before a draft is written"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style; line breaks of the source are line feeds."""

    text: str = ""
    italic: bool = False
    link: str | None = None  # the address it leads to
    note: str | None = None  # the id of the note whose mark stands here; the text is then empty
    works: tuple[str, ...] = ()  # ids of works cited here by a citation manager


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table."""

    form: Form
    runs: tuple[Run, ...]
    label: str = ""  # of a list item, as written: "(a)", "3."
    level: int = 0  # of a heading: 1 for the highest; of an item: how deep
    signed: bool = False  # whether each of its lines names a signatory

    @property
    def text(self) -> str:
        """Its words without note marks, with the label before them."""
        return f"{self.label} {plain(self.runs)}".strip()

    def marked(self, mark: Callable[[str], str]) -> str:
        """Its words, with ``mark(id)`` in the place of each note's mark."""
        shown = [replace(run, text=mark(run.note)) if run.note else run for run in self.runs]
        return f"{self.label} {plain(tuple(shown))}".strip()

    @property
    def notes(self) -> tuple[str, ...]:
        """The ids of the notes whose marks stand in it, in order."""
        return tuple(dict.fromkeys(run.note for run in self.runs if run.note is not None))

    @property
    def works(self) -> tuple[str, ...]:
        """The ids of the works that a citation manager's fields in it cite."""
        return tuple(dict.fromkeys(work for run in self.runs for work in run.works))

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses its words lead to."""
        return tuple(dict.fromkeys(run.link for run in self.runs if run.link))


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or endnote."""

    id: str  # the number or sign it has in the source
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Its words on one line; controls become spaces."""
        return one_line(_CONTROLS.sub(" ", plain(self.runs)))

    @property
    def works(self) -> tuple[str, ...]:
        """The ids of the works that a citation manager's fields in it cite."""
        return tuple(dict.fromkeys(work for run in self.runs for work in run.works))


@dataclass(frozen=True, slots=True)
class Remark:
    """A message to the editor."""

    finding: Finding
    what: str  # in our words
    words: str = ""  # of the source, which only the work folder may hold
    place: str = ""  # of the words, such as "page 3"
    after: str | None = None  # the words of the text that they follow, where that is known


@dataclass(frozen=True, slots=True)
class Properties:
    """The metadata of the file; None where it has none."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None  # as found
    made: str | None = None  # the day the file was made, which need not be the document's
    language: str | None = None  # BCP 47
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The content of a file."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
    works: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # CSL-JSON items by id
    properties: Properties = Properties()
    remarks: tuple[Remark, ...] = ()
    raw: tuple[str, ...] = ()  # all text of the file, to account for every word
    candidates: tuple[str, ...] = ()  # the elements of a page that may hold its main text


def plain(runs: tuple[Run, ...]) -> str:
    """The words of runs, each line trimmed."""
    text = "".join(run.text for run in runs)
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def words(text: str) -> list[str]:
    """The words of a text, case and Unicode compatibility forms folded."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("'", "’"))


# Scripts that write without spaces: Thai to Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)


def signs(text: str) -> list[str]:
    """The words of a text; of scripts that write without spaces, the signs."""
    return words(_UNSPACED.sub(r" \g<0> ", text))


def missing(text: str, *others: str) -> list[str]:
    """The words of ``text`` that occur less often in the others, in order."""
    there = Counter(word for other in others for word in words(other))
    gone = []
    for word in words(text):
        there[word] -= 1
        if there[word] < 0:
            gone.append(word)
    return gone


# --- Tells the language of a text by its script and its commonest words, as BCP 47.
#
# A text has to be as long as a sentence; a language that is not known here is not guessed.

# Words that are common in one language and rare in its neighbours.
_COMMON = {
    "en": "the of and to that was were which with have has not is are by this from it be shall",
    "fr": "le les des et une est que qui dans pour sur par au aux du sont avec cette été il",
    "de": "der die das und den dem ist nicht mit von für auf eine sich wird werden auch des im zu",
    "es": "el los las y una que por con del para es se su como fue son más sus al ha",
    "pt": "o os as e uma que não com do da para é em no na pelo foi ao são dos à",
    "it": "il gli di che è per una della con non del sono dei nel alla ha anche lo le i",
    "nl": "de het een en van dat niet met zijn voor op te is aan door ook worden wordt in bij",
    "pl": "i w na z się nie że do jest od przez oraz jako który po dla są to o przy",
    "sv": "och att det som en är på för av inte med till den har om ett var de från i",
    "tr": "ve bir bu için ile olarak da de olan daha çok gibi kadar sonra göre ancak tarafından",
    "ru": "и в не на что с по как это из от для его о к был за также",
    "uk": "і в не на що з та як це від для його про до був за також є у",
    "ar": "في من على أن إلى التي الذي هذا هذه كان عن مع قد ما لم كما بعد بين ذلك إن",
    "fa": "در به از که این را با است برای آن های می شد کرد بود تا شده خود بر نیز",
    "ur": "کے کی میں کا ہے سے نے کو اور پر کہ ہیں یہ اس ایک تھا گیا بھی جو لیے",
    "hi": "के की में है का से को और पर ने कि यह एक नहीं हैं इस भी लिए था तक",
}  # fmt: skip
_SETS = {language: frozenset(listed.split()) for language, listed in _COMMON.items()}
# Scripts that one language alone is written in, as far as it goes here.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")), ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")), ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")), ("el", re.compile(r"[\u0370-\u03ff]")),
)  # fmt: skip
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0966-\u097f]+")  # whose words have marks within
_LEAST = 8  # letters of a script, or words
_SHARE = 0.12  # of the words, that the common ones of the language make up


def language_of(text: str) -> str:
    """The language of a text; nothing where it is not told."""
    letters = max(1, sum(map(str.isalpha, text)))
    for language, script in _SCRIPTS:
        found = len(script.findall(text))
        if found >= _LEAST and found * 5 > letters:
            return language
    said = [*words(_DEVANAGARI.sub(" ", text)), *_DEVANAGARI.findall(text)]
    if len(said) < _LEAST:
        return ""
    counts = Counter({language: sum(word in common for word in said)
                      for language, common in _SETS.items()})  # fmt: skip
    (best, most), (_, next_) = counts.most_common(2)
    return best if most > next_ and most >= _SHARE * len(said) else ""
