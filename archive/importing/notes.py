"""What a note's text is made of: signals, addresses, days of access, titles.

Each function takes a part out of the text and gives the part and what remains.

Who a note names as author: persons, whose names are divided, or a body, whose name is not.

A note's text as typed entries; what cannot be parsed stays whole in ``note``.

The forms are tried in order, first the most telling: a case (Bluebook rule 10), a statute (rule
12), a title in quotation marks (Chicago 14.86, MLA, press style), a title in italics or a book's
imprint (Chicago 14.20), an address alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.importing.bibliography import Entry, Name, fields_of
from archive.importing.dates import dates
from archive.importing.text import Note, Run, missing, words

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


# Words that only names of bodies have.
_BODIES = re.compile(
    r"\b(?:Academy|Action|Administration|Agency|Alliance|Amnesty|Association|Authority|BBC|Board|"
    r"Borders|Bureau|Bund|Cent(?:er|re)|Centers|Church|Coalition|Collective|College|Commission|"
    r"Committee|Company|Conference|Congress|Consortium|Corporation|Council|Court|Defence|Defenders|"
    r"Department|Editors|Embassy|Federation|Forum|Foundation|Fund|Government|Group|House|Inc|"
    r"Initiative|Institute|Institution|International|Journalists|League|Library|Ltd|Ministry|"
    r"Mission|Movement|National|Nations|Network|News|Observatory|Office|Organi[sz]ation|Parliament|"
    r"Partners|Party|Post|Press|Project|Publishers|Reporters|Reuters|Rights|School|Secretariat|"
    r"Senate|Service|Society|Staff|State|States|Table|Times|Trust|Union|United|University|"
    r"Watch|Without|Workers|Writers)\b"
)
_PART = r"(?:[^\W\d_a-z][\w’'-]*|[^\W\d_a-z]\.(?:-?[^\W\d_a-z]\.)*)"
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|la|le|al|bin|ibn|ter)"
_PERSON = re.compile(rf"{_PART}(?: (?:{_PART}|{_PARTICLE})){{1,4}}")
_INVERTED = re.compile(rf"((?:{_PARTICLE} )*{_PART}(?: {_PART})?), ({_PART}(?: {_PART}){{0,2}})")
_SHORT_FIRST = re.compile(r"([A-Z][A-Z0-9]{1,9})\s*[/–—]\s*([^/]+)")
_SHORT_LAST = re.compile(r"([^()]+?)\s*(?:\(([A-Z][A-Z0-9]{1,9})\)|/\s*([A-Z][A-Z0-9]{1,9}))")


def authors(text: str) -> tuple[tuple[Name, ...], str]:
    """The authors, and the short name where the text gives one: ``RSF/Reporters …``."""
    text = text.strip().strip(",:;").strip()
    if not text:
        return (), ""
    if match := _SHORT_FIRST.fullmatch(text):
        return (Name(match[2].strip()),), match[1]
    if match := _SHORT_LAST.fullmatch(text):
        return (Name(match[1].strip()),), match[2] or match[3]
    match = _INVERTED.fullmatch(text)
    if match and is_person(f"{match[2]} {match[1]}"):
        return (Name(match[1], match[2]),), ""
    pieces = re.split(r",? (?:and|&) |, ", text)
    if all(map(is_person, pieces)):
        return tuple(map(_person, pieces)), ""
    return (Name(text),), ""


def is_person(text: str) -> bool:
    """Whether a name looks like a person's: two to five parts, no word of a body's name."""
    return _PERSON.fullmatch(text) is not None and not _BODIES.search(text)


def _person(text: str) -> Name:
    words = text.split()
    family = len(words) - 1
    while family > 1 and re.fullmatch(_PARTICLE, words[family - 1]):
        family -= 1
    return Name(" ".join(words[family:]), " ".join(words[:family]))


# Words of a citation that carry no fact once it is parsed.
_CONNECTING = frozenset(words(
    "a accessed also an and at available by checked consulted doi ed edited eds from in last link "
    "no number on online p page pages pg pp retrieved see the to url via viewed visited vol volume "
    "web"
))  # fmt: skip

_CASE = re.compile(
    r"(?P<title>[^\W\d_a-z][^,“”\"]{1,150}? (?:v|vs)\.? [^,“”\"]{1,150}),\s+"
    r"(?P<volume>\d{1,4}) (?P<reporter>[A-Z][\w.’ ]{0,30}?) (?P<pages>\d{1,5}(?:[,–-] ?\d+)*)"
    r"\s*\((?P<court>[^()]*?)\s*(?P<date>\d{4})\)"
)
_NUMBERED_CASE = re.compile(
    r"(?P<title>[^\W\d_a-z][^,“”\"]{1,150}? (?:v|vs)\.? [^,“”\"]{1,150}),?\s+"
    r"(?P<number>(?:(?:Case |App(?:lication|\.) )?[Nn]os?\.?|\[\d{4}\]) ?[^,()]{1,59}[^,() ])"
    r"(?:,? \(?(?P<court>[^()\d]{0,60}?),? ?(?P<date>\d{4})\)?)?"
)
_ENACTED = (
    r"(?:\d+ (?:U\.S\.C\.?|C\.F\.R\.?|Stat\.) ?(?:§+ ?)?[\w.()–-]*\w|Pub\. L\. (?:No\. )?[\d–-]+|"
    r"\b(?:Act|Law|Code) (?:of )?\d{4}(?:,? (?:c|s|ss|art)\. ?\d+)?)"
)
_STATUTE = re.compile(
    rf"(?P<title>(?:[^\W\d_a-z][^.;“”\"]{{0,120}}?,? )?{_ENACTED}(?:,? {_ENACTED})*)"
    r"(?:\s*\((?P<date>\d{4})\))?"
)
_IMPRINT = re.compile(r"\((?P<place>[^():]{2,40}): (?P<publisher>[^():]{2,80}), (?P<date>\d{4})\)")
_JOURNAL = re.compile(
    r"[\s,.]*(?:in )?(?P<name>[^\W\d_a-z][^\d(),]{2,80}?),? (?:vol\. ?)?(?P<volume>\d{1,4})"
    r"(?:,? ?(?:no\. ?|:|\()(?P<number>\d{1,4})\)?)?,? ?\((?P<date>[^()]*\d{4})\)"
    r"(?:(?::|,)? ?(?P<pages>(?:pp?\. ?)?\d+(?:[–-]\d+)?))?"
)
_PAGES = re.compile(r",?\s*\b(?:pp?\.|pages?|at) ?(?P<pages>[A-Z]?\d+(?:[–-][A-Z]?\d+)?)")
_KINDS_OF_REPORT = re.compile(
    r"\b(?:annual report|report|white paper|working paper|briefing|policy paper|study)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation's text while it is taken apart."""

    rest: str
    url: str = ""
    doi: str = ""
    urldate: str = ""
    italics: str = ""  # the first words in italics


def entries(note: Note) -> tuple[Entry, ...]:
    """The works that a note names, one or more; the words of all are in them."""
    parts = pieces(note.text)
    found = tuple(_entry(part, note.runs) for part in parts)
    return tuple(_whole(entry, part) for entry, part in zip(found, parts, strict=True))


def _entry(text: str, runs: Sequence[Run]) -> Entry:
    rest, _ = without_signal(text)
    found_doi, rest = doi(rest)
    urldate, rest = access_day(rest)
    url, rest = address(rest)
    urldate, rest = (urldate, rest) if urldate else access_day(rest)
    links = [run.link for run in runs if run.link and run.link.startswith("http")]
    if not url and links and len(pieces(text)) == 1:
        url = links[0]
    italics = "".join(run.text for run in runs if run.italic).strip(" .,")
    cited = _Cited(rest.strip(), url, found_doi, urldate, italics if italics in rest else "")
    forms: tuple[Callable[[_Cited], Entry | None], ...] = (
        _case, _statute, _quoted_title, _imprint, _italic_title, _address
    )  # fmt: skip
    for form in forms:
        entry = form(cited)
        if entry is not None:
            return entry
    return Entry("misc", doubts=("it could not be parsed",))


def _case(cited: _Cited) -> Entry | None:
    match = _CASE.match(cited.rest) or _NUMBERED_CASE.match(cited.rest)
    if match is None:
        return None
    part = match.groupdict()
    return Entry("jurisdiction", fields=fields_of((
        ("title", part["title"]), ("volume", part.get("volume")),
        ("journaltitle", part.get("reporter")), ("number", part.get("number")),
        ("pages", part.get("pages")), ("institution", part["court"]), ("date", part["date"]),
        *_access(cited),
    )))  # fmt: skip


def _statute(cited: _Cited) -> Entry | None:
    match = _STATUTE.match(cited.rest)
    if match is None:
        return None
    return Entry("legislation", fields=fields_of((
        ("title", match["title"]), ("date", match["date"]), *_access(cited),
    )))  # fmt: skip


def _quoted_title(cited: _Cited) -> Entry | None:
    parts = quoted(cited.rest)
    if parts is None or len(parts[0].split()) > 15:
        return None  # words quoted in a sentence, not a title
    before, title, after = parts
    names, short = authors(_sentence_end(before))
    container, doubts = _container(after, cited)
    return Entry(_type(container, cited, title, before + after), names, fields_of((
        ("shortauthor", short), ("title", title.rstrip(",.")), *container, *_access(cited),
    )), doubts)  # fmt: skip


def _imprint(cited: _Cited) -> Entry | None:
    match = _IMPRINT.search(cited.rest)
    if match is None:
        return None
    before = cited.rest[: match.start()].strip(" ,")
    if cited.italics and cited.italics in before:
        author, title = before.split(cited.italics, 1)[0], cited.italics
    else:
        author, _, title = before.partition(", ")
    names, short = authors(author)
    if not title or not names:
        return None
    pages = re.match(r"[\s,:]*(?:pp?\.? ?)?(\d+(?:[–-]\d+)?)", cited.rest[match.end() :])
    return Entry("book", names, fields_of((
        ("shortauthor", short), ("title", title.strip(" ,")), ("location", match["place"]),
        ("publisher", match["publisher"]), ("date", match["date"]),
        ("pages", pages[1] if pages else None), *_access(cited),
    )))  # fmt: skip


def _italic_title(cited: _Cited) -> Entry | None:
    if not cited.italics or len(cited.rest.split(cited.italics, 1)[0].split()) > 12:
        return None
    before, after = cited.rest.split(cited.italics, 1)
    names, short = authors(_sentence_end(before))
    container, doubts = _container(after, cited)
    type_ = "report" if _KINDS_OF_REPORT.search(cited.rest) else "online" if cited.url else "book"
    return Entry(type_, names, fields_of((
        ("shortauthor", short), ("title", cited.italics), *_published(container), *_access(cited),
    )), doubts)  # fmt: skip


def _address(cited: _Cited) -> Entry | None:
    """An address, with at most an author and a title before it, each ended by a full stop."""
    if not cited.url and not cited.doi:
        return None
    when = next(dates(cited.rest, years=True), None)
    rest = cited.rest if when is None else cited.rest[: when.start] + cited.rest[when.end :]
    sentences = [each.strip(" .,:()") for each in re.split(r"(?<=\w{3}[.:])\s+", rest)]
    sentences = [each for each in sentences if each]
    if len(sentences) > 2 or any(len(each.split()) > 25 for each in sentences):
        return None
    names, short = authors(sentences[0]) if len(sentences) == 2 else ((), "")
    title = sentences[-1] if sentences else (cited.url or cited.doi).partition("://")[2]
    doubt = "author and title are guessed" if sentences else "only its address is given"
    return Entry("online", names, fields_of((
        ("shortauthor", short), ("title", title), ("date", when.edtf if when else None),
        *_access(cited),
    )), (doubt,))  # fmt: skip


_Pairs = list[tuple[str, str | None]]


def _container(after: str, cited: _Cited) -> tuple[_Pairs, tuple[str, ...]]:
    """Where and when the titled work was published, from what follows its title."""
    if match := _JOURNAL.match(after):
        when = next(dates(match["date"], years=True), None)
        return [
            ("journaltitle", match["name"]), ("volume", match["volume"]),
            ("number", match["number"]), ("date", when.edtf if when else None),
            ("pages", re.sub(r"^pp?\. ?", "", match["pages"] or "")),
        ], ()  # fmt: skip
    pages = _PAGES.search(after)
    rest = after.replace(pages[0], " ") if pages else after
    when = next(dates(rest, years=True), None)
    rest = f"{rest[: when.start]}, {rest[when.end :]}" if when else rest
    names = [each for each in (part.strip(" .,:;()[]") for part in re.split(r"[,;]|\.\s", rest))
             if each]  # fmt: skip
    name = re.sub(r"^(?:in|from|at) ", "", names[0]) if names else None
    doubts = ("what follows the title is not wholly understood",) if len(names) > 1 else ()
    container: _Pairs = [("journaltitle", name), ("date", when.edtf if when else None)]
    return [*container, ("pages", pages["pages"] if pages else None)], doubts


def _published(container: _Pairs) -> _Pairs:
    """Of a work that stands alone, the name after its title is its publisher's."""
    return [("publisher" if name == "journaltitle" else name, value) for name, value in container]


def _type(container: _Pairs, cited: _Cited, title: str, around: str) -> str:
    if dict(container).get("journaltitle") and not re.search(r"(?i)press release", around):
        return "article"
    if _KINDS_OF_REPORT.search(around) or re.match(r"(?:Annual |Final )?Report\b", title):
        return "report"
    return "online" if cited.url or cited.doi else "misc"


def _access(cited: _Cited) -> _Pairs:
    return [("doi", cited.doi), ("url", cited.url), ("urldate", cited.urldate)]


def _sentence_end(text: str) -> str:
    """An author's name without the full stop that ends it; ``Inc.`` and initials keep theirs."""
    text = text.strip().rstrip(",:")
    return text[:-1] if re.search(r"\w{3}\.$", text) and not text.endswith("Inc.") else text


def _whole(entry: Entry, text: str) -> Entry:
    """The entry; with the whole text in ``note`` where a word of it would be dropped."""
    kept = {entry.get("date"), entry.get("urldate")}
    dates_read = " ".join(
        text[each.start : each.end] for each in dates(text, years=True) if each.edtf in kept
    )
    told = set(words(f"{entry.words} {dates_read}")) | _CONNECTING
    signal = without_signal(text)[1]
    left = [word for word in missing(text, f"{entry.words} {dates_read} {signal}")
            if word not in told]  # fmt: skip
    if not left and entry.get("title"):
        return entry
    fields = dict(entry.fields)
    doubts = entry.doubts or ("a part of the note is not in any other field",)
    return replace(entry, fields=fields_of((*fields.items(), ("note", text))), doubts=doubts)
