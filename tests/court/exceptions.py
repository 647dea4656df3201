"""Which styles the suite hears, and what styles do for reasons of their own."""

from __future__ import annotations

from dataclasses import dataclass

# Those that people choose most, or that law, libraries and the press use.
CHOSEN = (
    "american-chemical-society", "american-medical-association", "apa",
    "associacao-brasileira-de-normas-tecnicas", "australian-guide-to-legal-citation",
    "bluebook-inline", "bluebook-law-review", "chicago-author-date", "chicago-notes-bibliography",
    "china-national-standard-gb-t-7714-2015-numeric", "deutsche-gesellschaft-fur-psychologie",
    "gost-r-7-0-5-2008", "harvard-cite-them-right", "ieee", "mcgill-en", "mhra-notes",
    "modern-language-association", "nature", "nlm-citation-sequence", "oscola",
)  # fmt: skip


@dataclass(frozen=True)
class Excuse:
    """Rules that a tool breaks with some dates, shapes or kinds, for a reason of its own."""

    rules: tuple[str, ...]
    of: tuple[str, ...]
    reason: str

    def covers(self, rule: str, *traits: str) -> bool:
        """Whether a rule may be broken by a case that has these traits."""
        return rule in self.rules and not {"*", *traits}.isdisjoint(self.of)


_UNDATED = Excuse(
    ("person",), ("XXXX",), "it puts no space between a person and what follows, if no date does"
)
# What no control shows: style, excuse.
OWN: dict[str, Excuse] = {
    "american-institute-of-aeronautics-and-astronautics": Excuse(
        ("date-doubled",), ("2021-02",), "it puts a space before a year behind a day alone: Feb2021"
    ),
    "aquatic-invasions": _UNDATED,
    "journal-of-conchology": _UNDATED,
    "palaeodiversity": _UNDATED,
}

_NAMES = ("body", "person")
_COMMA = Excuse(("body",), ("body-comma",), "the form divides names at commas")
_LAW = ("judgment, original", "statute, original", "treaty, original")
_CHICAGO = Excuse(_NAMES, _LAW, "Chicago and APA cite cases and laws by their names alone")
# What tools do for reasons of their own, by tool and form.
TOOLS: dict[tuple[str, str], tuple[Excuse, ...]] = {
    ("bibtex", "classic"): (Excuse(("url",), ("*",), "styles of 1988 know no url"),),
    ("pandoc", "bib"): (_CHICAGO,),
    ("pandoc", "json"): (_CHICAGO,),
    ("pandoc", "ris"): (_CHICAGO, _COMMA),
    ("citation-js", "ris"): (
        _COMMA,
        Excuse(_NAMES, (*_LAW, "testimony, original"), "it reads no author of CASE, STAT and HEAR"),
    ),
    ("rispy", "ris"): (_COMMA,),
    ("zotero", "ris"): (_CHICAGO, _COMMA),
    ("zotero", "head"): (_COMMA,),
    ("zotero", "json"): (
        _CHICAGO,
        Excuse(("person",), ("suffix",), "Zotero’s import knows no suffix"),
    ),
    ("zotero", "bib"): (
        _CHICAGO,
        Excuse(
            ("date-certain",),
            ("2021-12/..", "2021-02-08/..", "../2021-12", "2021~", "2021-02-08?", "2021%"),
            "Zotero reads digits alone in year, and biber no words in date",
        ),
    ),
}

# Works that a tool does not print whole: tool, key, reason.
LISTS: dict[str, dict[str, str]] = {
    "citation-js ris": dict.fromkeys(
        ("works-essays", "works-editor", "wild-parent", "wild-flyer"),
        "reads ED, the editor of all other readers, as nobody",
    ),
    "pybtex": {"works-nobody": "prints \\$ as it stands, whatever one writes"},
}
