"""What a note's text is made of: signals, addresses, days of access, titles.

Each function takes a part out of the text and gives the part and what remains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.importing.dates import dates

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”«»]+", re.IGNORECASE)
_DOI = re.compile(
    r"\b(?:doi:\s*|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/[^\s<>\"“”]+)", re.IGNORECASE
)
_ACCESS = re.compile(
    r"[(\[]?\s*\b(?:(?:last|page) )?(?:accessed|visited|viewed|retrieved|consulted|checked)"
    r"(?: on)?:?\s+(?=[\w])",
    re.IGNORECASE,
)
_SIGNAL = re.compile(
    r"(?:(?:But )?[Ss]ee(?:,? (?:also|generally|e\.g\.))*|Cf\.|Accord|E\.g\.|[Qq]uoted in|"
    r"[Cc]ited in|Source:|Available at:?|From:?),?\s+"
)
_CLOSING = {"“": "”", "«": "»", "„": "“"}


def without_signal(text: str) -> tuple[str, str]:
    """The text without ``See also`` and its like, and the signal."""
    match = _SIGNAL.match(text)
    return (text[match.end() :], match[0].strip()) if match else (text, "")


def doi(text: str) -> tuple[str, str]:
    """The first DOI (ISO 26324), and the rest."""
    match = _DOI.search(text)
    if not match:
        return "", text
    found = _trimmed(match[1])
    return found, _cut(text, match.start(), match.start(1) + len(found))


def address(text: str) -> tuple[str, str]:
    """The first web address (RFC 3986), and the rest without its brackets."""
    match = _ADDRESS.search(text)
    if not match:
        return "", text
    found = _trimmed(match[0])
    if len(found) < 8:
        return "", text
    rest = _cut(text, match.start(), match.start() + len(found))
    whole = found if found.lower().startswith("http") else f"https://{found}"
    return whole, re.sub(r"<\s*>|\(\s*\)|\[\s*\]", " ", rest)


def access_day(text: str) -> tuple[str, str]:
    """The day of access as EDTF, and the rest."""
    match = _ACCESS.search(text)
    if not match:
        return "", text
    found = next(dates(text[match.end() :], years=True), None)
    if found is None or found.start > 0:
        return "", text
    end = match.end() + found.end
    if match[0].lstrip().startswith(("(", "[")) and text[end : end + 1] in (")", "]"):
        end += 1
    return found.edtf, _cut(text, match.start(), end)


def quoted(text: str) -> tuple[str, str, str] | None:
    """What stands before, in and after the first quotation marks; None without a pair.

    Straight marks close before a space, punctuation or the end: ``"Don't "stop" now".``
    """
    match = re.search(r"[“«„\"]", text)
    if match is None:
        return None
    closing = _CLOSING.get(match[0], '"')
    for end in _ends(text, match.end(), closing):
        inside = text[match.end() : end].strip()
        if inside:
            return text[: match.start()], inside, text[end + 1 :]
    return None


def _ends(text: str, start: int, closing: str) -> Iterator[int]:
    depth = 0
    for place in range(start, len(text)):
        if text[place] == "“" and closing == "”":
            depth += 1
        elif text[place] == closing:
            if depth:
                depth -= 1
            elif closing != '"' or text[place + 1 : place + 2] in ("", *" .,;:!?)]"):
                yield place


def pieces(text: str) -> list[str]:
    """The citations of a note that lists several, divided at semicolons between them."""
    divided = re.split(r";\s+(?=(?:[Ss]ee |[“\"«]|[^\W\d_a-z]))", text)
    sound = all(len(each.split()) > 2 and _balanced(each) and _cites(each) for each in divided)
    return divided if sound else [text]


def _cites(text: str) -> bool:
    return bool(_ADDRESS.search(text) or quoted(text) or re.search(r"\(\D*\d{4}\)", text))


def _balanced(text: str) -> bool:
    return text.count("“") == text.count("”") and text.count("(") == text.count(")") \
        and text.count('"') % 2 == 0  # fmt: skip


def _trimmed(found: str) -> str:
    """An address without the punctuation of the sentence it ends."""
    found = found.rstrip(".,;:!?'’")
    while found.endswith((")", "]")) and found.count("(") + found.count("[") < (
        found.count(")") + found.count("]")
    ):
        found = found[:-1].rstrip(".,;:!?'’")
    return found


def _cut(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
