"""Parses the text of a note into entries; what no rule understands stays whole in ``note``.

A citation is taken apart in two steps.  First the parts that have a fixed form are removed: signal,
DOI, address, day of access.  Then the rest is compared with the forms of citations, the most
certain first: a case (Bluebook rule 10), a statute (rule 12), a title in quotation marks (Chicago
14.86, MLA, press style), a book's imprint or a title in italics (Chicago 14.20), an address alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.importing import Note, Run, missing, words
from archive.importing.bibliography import Entry, Name, fields_of
from archive.importing.structures import dates

# Words of a citation that carry no fact once it is parsed.
_CONNECTING = frozenset(words(
    "a accessed also an and at available by checked consulted doi ed edited eds from in last link "
    "no number on online p page pages pg pp retrieved see the to url via viewed visited vol volume "
    "web"
))  # fmt: skip

# The forms of citations.  Groups are named after the fields of BibLaTeX that they fill.
_CASE = re.compile(
    r"(?P<title>[^\W\d_a-z][^,“”\"]{1,150}? (?:v|vs)\.? [^,“”\"]{1,150}),\s+"
    r"(?P<volume>\d{1,4}) (?P<journaltitle>[A-Z][\w.’ ]{0,30}?) "
    r"(?P<pages>\d{1,5}(?:[,–-] ?\d+)*)"
    r"\s*\((?P<institution>[^()]*?)\s*(?P<date>\d{4})\)"
)
_NUMBERED_CASE = re.compile(
    r"(?P<title>[^\W\d_a-z][^,“”\"]{1,150}? (?:v|vs)\.? [^,“”\"]{1,150}),?\s+"
    r"(?P<number>(?:(?:Case |App(?:lication|\.) )?[Nn]os?\.?|\[\d{4}\]) ?[^,()]{1,59}[^,() ])"
    r"(?:,? \(?(?P<institution>[^()\d]{0,60}?),? ?(?P<date>\d{4})\)?)?"
)
_ENACTED = (
    r"(?:\d+ (?:U\.S\.C\.?|C\.F\.R\.?|Stat\.) ?(?:§+ ?)?[\w.()–-]*\w|Pub\. L\. (?:No\. )?[\d–-]+|"
    r"\b(?:Act|Law|Code) (?:of )?\d{4}(?:,? (?:c|s|ss|art)\. ?\d+)?)"
)
_STATUTE = re.compile(
    rf"(?P<title>(?:[^\W\d_a-z][^.;“”\"]{{0,120}}?,? )?{_ENACTED}(?:,? {_ENACTED})*)"
    r"(?:\s*\((?P<date>\d{4})\))?"
)
_IMPRINT = re.compile(
    r"\((?P<location>[^():]{2,40}): (?P<publisher>[^():]{2,80}), (?P<date>\d{4})\)"
)
_JOURNAL = re.compile(
    r"[\s,.]*(?:in )?(?P<journaltitle>[^\W\d_a-z][^\d(),]{2,80}?),? (?:vol\. ?)?(?P<volume>\d{1,4})"
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
    """A citation without the parts that have a fixed form."""

    rest: str
    url: str
    doi: str
    urldate: str
    italics: str  # the first words in italics


_Fields = Mapping[str, str | None]
_Authors = tuple[tuple[Name, ...], str]  # with the short name


_UNPARSED = "it could not be parsed"
_NAMES = ("publisher", "institution", "journaltitle", "location", "number")
_LONGEST_NAME, _LONGEST_TITLE = 9, 25  # words


def explains(found: Sequence[Entry]) -> bool:
    """Whether the note of these entries says something, and does not name works alone."""
    return any(
        _UNPARSED in entry.doubts
        or len(words(entry.get("title"))) > _LONGEST_TITLE
        or any(_is_sentence(entry.get(name)) for name in _NAMES)
        for entry in found
    )


def _is_sentence(name: str) -> bool:
    """Whether what stands where a name is expected is the part of a sentence."""
    count = len(words(name))
    return count > _LONGEST_NAME or (count > 3 and name[:1].islower())


def entries(note: Note) -> tuple[Entry, ...]:
    """The works that a note names, one or more; a doubt tells where words of it are in none."""
    return tuple(_whole(_entry(part, note.runs), part) for part in pieces(note.text))


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
        _case_or_statute, _quoted_title, _imprint, _italic_title, _address
    )  # fmt: skip
    found = (form(cited) for form in forms)
    unparsed = Entry("misc", doubts=(_UNPARSED,))
    return next((entry for entry in found if entry is not None), unparsed)


def _made(
    type_: str, cited: _Cited, fields: _Fields, by: _Authors = ((), ""), *doubts: str
) -> Entry:
    access = {"doi": cited.doi, "url": cited.url, "urldate": cited.urldate}
    return Entry(type_, by[0], fields_of({"shortauthor": by[1], **fields, **access}), doubts)


def _case_or_statute(cited: _Cited) -> Entry | None:
    match = _CASE.match(cited.rest) or _NUMBERED_CASE.match(cited.rest)
    if match:
        return _made("jurisdiction", cited, match.groupdict())
    match = _STATUTE.match(cited.rest)
    return _made("legislation", cited, match.groupdict()) if match else None


def _quoted_title(cited: _Cited) -> Entry | None:
    parts = quoted(cited.rest)
    if parts is None or len(parts[0].split()) > 15:
        return None  # words quoted in a sentence, not a title
    before, title, after = parts
    container, doubts = _container(after)
    type_ = _type(container, cited, title, before + after)
    fields = {"title": title.rstrip(",."), **container}
    return _made(type_, cited, fields, authors(_sentence_end(before)), *doubts)


def _imprint(cited: _Cited) -> Entry | None:
    match = _IMPRINT.search(cited.rest)
    if match is None:
        return None
    before = cited.rest[: match.start()].strip(" ,")
    if cited.italics and cited.italics in before:
        author, title = before.split(cited.italics, 1)[0], cited.italics
    else:
        author, _, title = before.partition(", ")
    by = authors(author)
    if not title or not by[0]:
        return None
    pages = re.match(r"[\s,:]*(?:pp?\.? ?)?(\d+(?:[–-]\d+)?)", cited.rest[match.end() :])
    fields = {**match.groupdict(), "pages": pages[1] if pages else None}
    return _made("book", cited, {"title": title.strip(" ,"), **fields}, by)


def _italic_title(cited: _Cited) -> Entry | None:
    before, title, after = cited.rest.partition(cited.italics or "\n")
    if not cited.italics or len(before.split()) > 12:
        return None
    container, doubts = _container(after)
    type_ = "report" if _KINDS_OF_REPORT.search(cited.rest) else "online" if cited.url else "book"
    publisher = container.pop("journaltitle")  # whose name follows the title of a book or report
    fields = {"title": title, "publisher": publisher, **container}
    return _made(type_, cited, fields, authors(_sentence_end(before)), *doubts)


def _address(cited: _Cited) -> Entry | None:
    """An address, with at most an author and a title before it, each ended by a full stop."""
    if not cited.url and not cited.doi:
        return None
    date, rest = _first_date(cited.rest, "")
    sentences = [each.strip(" .,:()") for each in re.split(r"(?<=\w{3}[.:])\s+", rest)]
    sentences = [each for each in sentences if each]
    if len(sentences) > 2 or any(len(each.split()) > 25 for each in sentences):
        return None
    by: _Authors = authors(sentences[0]) if len(sentences) == 2 else ((), "")
    title = sentences[-1] if sentences else (cited.url or cited.doi).partition("://")[2]
    doubt = "author and title are guessed" if sentences else "only its address is given"
    return _made("online", cited, {"title": title, "date": date}, by, doubt)


def _container(after: str) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """Where and when a work was published, from what follows its title; and what is doubtful."""
    if match := _JOURNAL.match(after):
        date, _ = _first_date(match["date"], "")
        pages = re.sub(r"^pp?\. ?", "", match["pages"] or "")
        return {**match.groupdict(), "date": date, "pages": pages}, ()
    page = _PAGES.search(after)
    date, rest = _first_date(after.replace(page[0], " ") if page else after, ", ")
    names = [each.strip(" .,:;()[]") for each in re.split(r"[,;]|\.\s", rest)]
    names = [each for each in names if each]
    name = re.sub(r"^(?:in|from|at) ", "", names[0]) if names else None
    doubts = ("what follows the title is not wholly understood",) if len(names) > 1 else ()
    return {"journaltitle": name, "date": date, "pages": page["pages"] if page else None}, doubts


def _first_date(text: str, instead: str) -> tuple[str | None, str]:
    """The first date of a text as EDTF, and the text with ``instead`` in its place."""
    found = next(dates(text, years=True), None)
    if found is None:
        return None, text
    return found.edtf, f"{text[: found.start]}{instead}{text[found.end :]}"


def _type(container: _Fields, cited: _Cited, title: str, around: str) -> str:
    if container["journaltitle"] and not re.search(r"(?i)press release", around):
        return "article"
    if _KINDS_OF_REPORT.search(around) or re.match(r"(?:Annual |Final )?Report\b", title):
        return "report"
    return "online" if cited.url or cited.doi else "misc"


def _sentence_end(text: str) -> str:
    """An author's name without the full stop that ends it; ``Inc.`` and initials keep theirs."""
    text = text.strip().rstrip(",:")
    return text[:-1] if re.search(r"\w{3}\.$", text) and not text.endswith("Inc.") else text


def _whole(entry: Entry, text: str) -> Entry:
    """The entry, with a doubt where it lacks a word of the note, which the work file has."""
    kept = {entry.get("date"), entry.get("urldate")}
    dates_read = " ".join(
        text[each.start : each.end] for each in dates(text, years=True) if each.edtf in kept
    )
    held = f"{entry.words} {dates_read}"
    lost = set(missing(text, f"{held} {without_signal(text)[1]}"))
    if entry.get("title") and lost <= {*words(held), *_CONNECTING}:
        return entry
    doubts = entry.doubts or ("a part of the note is not in any other field",)
    return replace(entry, doubts=doubts)


# --- The parts of a citation that have a fixed form
#
# Each function takes a part out of the text and returns the part and the rest.

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
    return divided if all(map(_is_citation, divided)) else [text]


def _is_citation(text: str) -> bool:
    """Whether a part has a citation's form, and brackets and quotation marks in pairs."""
    paired = all(text.count(opening) == text.count(closing) for opening, closing in ("“”", "()"))
    cites = _ADDRESS.search(text) or quoted(text) or re.search(r"\(\D*\d{4}\)", text)
    return len(text.split()) > 2 and paired and text.count('"') % 2 == 0 and bool(cites)


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


# --- Authors

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
