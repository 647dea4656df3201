"""Which styles the suite hears, and what styles do for reasons of their own."""

from __future__ import annotations

# Those that people choose most, or that law, libraries and the press use.
CHOSEN = (
    "american-anthropological-association", "american-chemical-society",
    "american-medical-association", "american-political-science-association", "annual-reviews",
    "apa", "associacao-brasileira-de-normas-tecnicas", "association-for-computing-machinery",
    "australian-guide-to-legal-citation", "bluebook-inline", "bluebook-law-review", "bmj", "cell",
    "chicago-author-date", "chicago-notes-bibliography",
    "china-national-standard-gb-t-7714-2015-numeric", "deutsche-gesellschaft-fur-psychologie",
    "din-1505-2", "elsevier-harvard", "elsevier-vancouver", "european-journal-of-international-law",
    "gost-r-7-0-5-2008", "harvard-cite-them-right", "ieee", "iso690-author-date-en", "mcgill-en",
    "mhra-notes", "modern-language-association", "nature", "nlm-citation-sequence", "oscola",
    "plos", "sage-harvard", "springer-basic-author-date", "the-lancet",
    "the-new-england-journal-of-medicine",
)  # fmt: skip

# What no control shows: style, rule, reason.
OWN: dict[str, dict[str, str]] = {}

# What tools do for reasons of their own: tool and form, rule; the dates or shapes; the reason.
_COMMA = (("body-comma",), "the form divides names at commas, and none can be in a body")
_OPEN = ("2021-12/..", "2021-02-08/..", "../2021-12")
_DOUBTED = ("2021~", "2021-02-08?", "2021%")
TOOLS: dict[tuple[str, str], dict[str, tuple[tuple[str, ...], str]]] = {
    ("bibtex", "classic"): {"url": (("*",), "styles of 1988 know no url")},
    ("pandoc", "ris"): {"body": _COMMA},
    ("citation-js", "ris"): {"body": _COMMA},
    ("rispy", "ris"): {"body": _COMMA},
    ("zotero", "ris"): {"body": _COMMA},
    ("zotero", "head"): {
        "body": _COMMA,
        "person": (("suffix",), "Zotero reads two parts of a name in a head"),
    },
    ("zotero", "json"): {"person": (("suffix",), "Zotero's import knows no suffix")},
    ("zotero", "bib"): {
        "date-certain": (
            (*_OPEN, *_DOUBTED), "Zotero reads digits alone in year, and biber no words in date"
        ),
    },
}  # fmt: skip

# Works that a tool does not print whole: tool, key, reason.
LISTS: dict[str, dict[str, str]] = {
    "pybtex": {"works-nobody": "prints \\$ as it stands, whatever one writes"},
}
