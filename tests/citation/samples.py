"""References to the documents of test-archive and their passages, and titles made to do harm."""

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from archive.citation import one_line
from archive.citation.reference import Passage, refer
from archive.model.passage import Anchor, fingerprint
from archive.model.record import parse_record
from tests.settings import SETTINGS

_DOCUMENTS = Path(__file__).parents[1] / "roots" / "test-archive" / "documents"
_ANCHOR = re.compile(r"^\(([a-z0-9-]+)\)=$", re.MULTILINE)


def _references(document_id):
    text = (_DOCUMENTS / f"{document_id}.md").read_text(encoding="utf-8")
    record, problems = parse_record(text, f"{document_id}.md", document_id, SETTINGS)
    assert not problems
    anchors = [Anchor.parse(anchor) for anchor in _ANCHOR.findall(text)]
    passages = [
        # Its own text is the site's business; here any fingerprint will do.
        refer(record, SETTINGS, Passage(anchor, fingerprint(str(anchor))))
        for anchor in anchors
        if anchor.is_passage
    ]
    return record, refer(record, SETTINGS), passages


_STATEMENT_RECORD, STATEMENT, _STATEMENT_PASSAGES = _references("keepers-seed-statement")
RESOLUTION_RECORD, RESOLUTION, _RESOLUTION_PASSAGES = _references("isle-seed-resolution")
DOCUMENTS = [STATEMENT, RESOLUTION]
PASSAGES = [*_STATEMENT_PASSAGES, *_RESOLUTION_PASSAGES]
ALL = [*DOCUMENTS, *PASSAGES]
BY_KEY = {reference.key: reference for reference in ALL}

P1 = BY_KEY["keepers-seed-statement-p1"]
W3 = BY_KEY["isle-seed-resolution-w3"]

HOSTILE = [
    "Braces } unbalanced { {{ }",
    r"\input{/etc/passwd} \end{document} \\",
    'She said "no", and “never”',
    "Two\r\nER  - \r\nTY  - BOOK\u2028lines",
    "</script><script>alert(1)</script><!-- ]]>",
    "100% & more_than #1 ~ $x^2$ @book{a,",
    "\u202eright to left\u2066 left open",
    "dashes -- and --- and ``ticks'' and ?`",
    "{\\textbraceleft} {} {}",
    "\x00null \x1b[31mred\ud800",
]

# Any text as a record could hold it: on one line.
TITLES = st.text(min_size=1, max_size=40).map(one_line).filter(bool)


def changed(reference, **fields):
    """A reference to the same document with another record."""
    return replace(reference, record=replace(reference.record, **fields))


def titled(title, reference=W3):
    """A reference of that title."""
    return changed(reference, title=title)
