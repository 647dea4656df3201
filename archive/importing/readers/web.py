"""Web pages: finds the main text, the notes of every idiom, and what the head says of the page."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby, takewhile
from typing import Any
from urllib.parse import unquote

from archive.importing import (
    LONG,
    Finding,
    Properties,
    RefusedError,
    Remark,
    Text,
    apart,
    library,
    main_text,
    pandoc,
    words,
)
from archive.importing.main_text import Choice, Piece
from archive.importing.pandoc import MARK, NOTE
from archive.importing.readers import page_methods

# --- Web pages: finds the main text and turns the footnotes of every idiom into notes.
#
# lxml parses the page as browsers do, programs and hidden words are removed, ``main_text`` chooses,
# and pandoc reads the layout of what was chosen.  Nothing is fetched.

_PROGRAMS = ("script", "style", "template", "iframe", "object", "embed", "link", "svg", "canvas",
             "audio", "video", "base", "meta")  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_SUBSET = re.compile(rb"<!DOCTYPE[^>]*\[|<!ENTITY", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def read(data: bytes, main: str = "") -> Text:
    """The text of a web page; ``main``, a CSS selector, names the element that holds it."""
    if _SUBSET.search(data.replace(b"\0", b"")):
        raise RefusedError(
            "import-doctype", "The page declares entities in its DOCTYPE.",
            "do not trust it; save the page anew from a browser.",
        )  # fmt: skip
    page, stray = decoded(data)
    if page.count("<") > MAX_TAGS:
        raise RefusedError(
            "import-too-much", f"The page has more than {MAX_TAGS:,} tags.",
            "save the page without what surrounds its text, or save its text as .docx.",
        )  # fmt: skip
    root = _parsed(page)
    known = properties(root, structured(root))
    remarks = [*stray, *_stripped(root), *_hidden(root), *_head(root)]
    body = root if (found := root.find("body")) is None else found
    chosen = _chosen(root, body, main, known.title or "")
    candidates = tuple(_candidates(root, chosen))
    if not chosen.text:
        return Text((), properties=known)
    home = main_text.home(chosen.text)
    links = [each for piece in chosen.text for each in piece.links]
    remarks += drop_dangling(root, links)
    notes = lift_notes(root, links)
    remarks += [*_left(chosen), *_doubts(chosen, main)]
    shown = (*(piece.now for piece in chosen.text), *map(_words_of, notes))
    raw = (*shown, *(remark.words for remark in remarks))
    _prune(body, home, chosen)
    html = library("lxml.html").tostring(body, encoding="unicode") + "".join(notes)
    text = pandoc.text(html.encode(), "html-tex_math_dollars-native_divs+native_divs")
    merged = replace(known, title=known.title or text.properties.title)
    return replace(
        text, properties=merged, remarks=(*remarks, *text.remarks), raw=raw, candidates=candidates
    )


def _words_of(html: str) -> str:
    said: str = library("lxml.html").fromstring(html).text_content()
    return said


# --- From bytes to a tree

# What browsers read under another label (Encoding Standard, 4.2).
_LABELS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "iso-8859-9": "cp1254",
    "tis-620": "cp874", "iso-8859-11": "cp874",
}  # fmt: skip
MAX_TAGS = 100_000  # of a page, whose tree then takes less than 512 MB
_STRAY = 200  # one byte of so many may be no character


def decoded(data: bytes) -> tuple[str, tuple[Remark, ...]]:
    """The page as text, in UTF-8 or the encoding it declares; and a remark on stray bytes.

    Raises RefusedError where the bytes fit no encoding.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"),
                           (b"\xfe\xff", "utf-16-be")):  # fmt: skip
        if data.startswith(mark) and (read := _read(data[len(mark) :], encoding)):
            return read
    for encoding in dict.fromkeys(("utf-8", _declared(data), *_guessed(data))):
        if read := _read(data, encoding, strict=encoding == "utf-8" and _declared(data) != "utf-8"):
            return read
    for encoding in _guessed(data, whatever_it_says=True):
        what = f"The page does not fit the encoding that it declares, and was read as {encoding}."
        return data.decode(encoding, "replace"), (Remark(Finding.DOUBT, what),)
    raise RefusedError(
        "import-encoding", "The page is not UTF-8, and its declared encoding does not fit it.",
        "save the page as UTF-8.",
    )  # fmt: skip


def _declared(data: bytes) -> str:
    match = re.search(rb"charset\s*=\s*[\"']?([\w:-]+)", data[:4096], re.IGNORECASE)
    label = match[1].decode().lower() if match else ""
    return _LABELS.get(label, label)


def _guessed(data: bytes, *, whatever_it_says: bool = False) -> Iterator[str]:
    """The encoding that a page seems to have, if it declares none."""
    if whatever_it_says or not _declared(data):
        best = library("charset_normalizer").from_bytes(data).best()
        yield from [best.encoding] if best else []


def _read(
    data: bytes, encoding: str, *, strict: bool = False
) -> tuple[str, tuple[Remark, ...]] | None:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        text = "" if strict else data.decode(encoding, "replace")
    except (LookupError, ValueError):
        return None
    stray = text.count("\ufffd")
    if not text or stray * _STRAY > len(data):
        return None
    what = f"{stray} characters could not be read, and stand as \ufffd."
    return text, (Remark(Finding.FLAG, what),)


def _parsed(page: str) -> Any:
    html, etree = library("lxml.html"), library("lxml.etree")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=False)
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise RefusedError(
            "import-unreadable", "The page cannot be read as HTML.", "save it anew from a browser."
        ) from error
    for element in root.iter():  # HTML allows control characters, and lxml refuses to write them
        for place in ("text", "tail"):
            said = getattr(element, place)
            if said and _CONTROL.search(said):
                setattr(element, place, _CONTROL.sub(" ", said))
    return root


def _stripped(root: Any) -> Iterator[Remark]:
    """Take out programs and whatever would be fetched, and remark how many."""
    counts: Counter[str] = Counter()
    for element in list(root.iter(*_PROGRAMS, library("lxml.etree").Comment)):
        if element.getparent() is not None:
            element.drop_tree()
            counts[element.tag if isinstance(element.tag, str) else "comment"] += 1
    listed = ", ".join(
        f"{n} {name}" for name, n in sorted(counts.items()) if name not in {"meta", "link", "base"}
    )
    if listed:
        yield Remark(Finding.LOST, f"Never run or fetched: {listed}.")


def _hidden(root: Any) -> Iterator[Remark]:
    """Take out what browsers do not show, unless that is most of the page."""
    found = [
        each for each in root.iter()
        if isinstance(each.tag, str) and (
            each.tag == "noscript" or each.get("hidden") is not None
            or _HIDDEN.search(each.get("style", ""))
        ) and not any(around.tag == "noscript" for around in each.iterancestors())
    ]  # fmt: skip
    total = len(words(root.text_content()))
    for each in found:
        said = " ".join(each.text_content().split())
        if each.getparent() is None or each.tag == "body" or not said:
            continue
        if len(words(said)) * 2 > total:
            yield Remark(Finding.FLAG, "Most words of the page are hidden; they were taken in.")
            continue
        place = f"line {each.sourceline}"
        each.drop_tree()
        yield Remark(Finding.LOST, "Hidden in the page.", said, place)


# --- The choice


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The main text of a page, and what the methods said."""

    choice: Choice
    taken: tuple[bool, ...]

    @property
    def text(self) -> list[Piece]:
        """The pieces of the main text."""
        return [piece for piece, one in zip(self.choice.pieces, self.taken) if one]


def _chosen(root: Any, body: Any, main: str, title: str) -> _Chosen:
    numbered = [each for each in root.iter() if isinstance(each.tag, str)]
    for number, each in enumerate(numbered):
        each.set(page_methods.NUMBER, str(number))
    page = library("lxml.html").tostring(root, encoding="unicode").encode()
    for each in numbered:
        del each.attrib[page_methods.NUMBER]
    said = _asked(page)
    kept = {numbered[number] for number in said["kept"] if number < len(numbered)}
    found = main_text.pieces(body, library("lxml.etree").iterwalk)
    choice = main_text.choose(found, kept, said["extracted"])
    if main:
        return _Chosen(choice, tuple(main_text.within(found, _selected(root, main))))
    return _Chosen(choice, tuple(main_text.with_title(choice, title)))


def _asked(page: bytes) -> dict[str, Any]:
    for module in ("readability", "trafilatura"):
        library(module)  # raises here, where the editor is told, if it is missing
    try:
        found: dict[str, Any] = apart.ask(page_methods.__file__, page)
    except apart.FailedError as error:
        raise RefusedError(
            "import-too-much", f"The page takes more than {apart.SECONDS} seconds or "
            f"{apart.MEMORY // 2**20} MiB to read.",
            "save the page without what surrounds its text, or save its text as .docx.",
        ) from error  # fmt: skip
    return found


def _selected(root: Any, selector: str) -> Collection[Any]:
    """The elements that a CSS selector names.  Raises RefusedError where there is none."""
    try:
        found: Collection[Any] = library("lxml.cssselect").CSSSelector(selector)(root)
    except (library("cssselect").SelectorError, library("lxml.etree").XPathError) as error:
        raise RefusedError(
            "import-main", f"MAIN={selector} is no CSS selector.",
            "write it as “article”, “#content” or “div.text”.",
        ) from error  # fmt: skip
    if not any(words(each.text_content()) for each in found):
        raise RefusedError(
            "import-main", f"No element with words is named by MAIN={selector}.",
            "take one of the selectors that the report of this page lists.",
        )  # fmt: skip
    return found


def _prune(body: Any, home: Any, chosen: _Chosen) -> None:
    """Leave in the page its main text, and the pictures within ``home``, which holds it."""
    for piece, one in zip(chosen.choice.pieces, chosen.taken):
        if not one:
            piece.drop()
    inside = set(home.iter())
    for element in reversed(list(body.iter())):
        if element is body or element.tag in {"td", "th", "tr", "tbody", "thead", "tfoot", "br"}:
            continue
        pictured = element in inside and (
            element.tag == "img" or element.find(".//img") is not None
        )
        marked = (
            element.get("class") == MARK or element.find(f".//span[@class='{MARK}']") is not None
        )
        if not (pictured or marked or "".join(element.itertext()).strip()):
            element.drop_tree()
    for element in body.iter():  # of a page with one of these pandoc would read that alone
        if element.tag in {"main", "article"}:
            element.tag = "div"
        element.attrib.pop("role", None)
    body.tag = "div"
    body.attrib.clear()


# --- What was left out

_FAR = 5  # times the words of the text: what was left out is then far more, furniture or not


def _head(root: Any) -> Iterator[Remark]:
    head = root.find("head")
    said = " ".join(head.text_content().split()) if head is not None else ""
    if said:
        yield Remark(Finding.LOST, "The title in the head of the page.", said)


def _left(chosen: _Chosen) -> Iterator[Remark]:
    """The pieces that are not in the text, those beside each other with one reason as one."""
    why = main_text.reasons(chosen.choice.pieces)
    rows = [(one, why.get(piece, "Left out around the main text."), piece)
            for piece, one in zip(chosen.choice.pieces, chosen.taken)]  # fmt: skip
    after = ""
    for (one, reason), group in groupby(rows, key=lambda row: row[:2]):
        pieces = [row[2] for row in group]
        said = "\n".join(filter(None, (piece.now for piece in pieces)))
        if one:
            after = " ".join(words(said)[-6:]) or after
        elif said:
            yield Remark(Finding.LOST, reason, said, f"line {pieces[0].element.sourceline}", after)


def _doubts(chosen: _Chosen, main: str) -> Iterator[Remark]:
    if main:
        return
    choice = chosen.choice
    size = sum(len(piece.words) for piece in chosen.text)
    out = [not one and main_text.is_prose(piece)
           for piece, one in zip(choice.pieces, chosen.taken)]  # fmt: skip
    left = choice.count(out)
    likely = choice.count([one and own for one, own in zip(out, choice.own)])  # no furniture
    if likely > LONG and choice.agreement < main_text.DOUBT:
        yield Remark(
            Finding.DOUBT, "The two methods that look for the main text differ: "
            f"{choice.count(choice.kept):,} and {choice.count(choice.extracted):,} words, and "
            f"{round(100 * choice.agreement)} % in common. Name the element with MAIN=, or see "
            "that the text is whole.",
        )  # fmt: skip
    if likely > max(LONG, size) or left > _FAR * size:
        yield Remark(
            Finding.DOUBT, f"The main text has {size:,} words, and what was left out has {left:,} "
            "in sentences. Name the element with MAIN=, or see that the text is whole.",
        )  # fmt: skip


def _candidates(root: Any, chosen: _Chosen) -> Iterator[str]:
    """The elements that may hold the main text: a selector, their words and how they begin."""
    choice = chosen.choice
    sets = [chosen.text, choice.marked(choice.kept), choice.marked(choice.extracted)]
    homes = [main_text.home(each) for each in sets]
    homes += sorted(
        root.xpath("//article|//main|//*[@role='main']|//*[@itemprop='articleBody']"),
        key=lambda each: -len(each.text_content()),
    )[:4]  # fmt: skip
    for each in dict.fromkeys(homes):
        inside = main_text.within(choice.pieces, [each]) if each is not None else []
        said = [word for piece in choice.marked(inside) for word in piece.text.split()]
        if said:
            yield f"MAIN={_selector(root, each)}: {len(said):,} words, “{' '.join(said[:8])} …”"


def _selector(root: Any, element: Any) -> str:
    """A CSS selector that names the element alone, as short as may be."""
    select = library("lxml.cssselect").CSSSelector
    tag, classes = str(element.tag), (element.get("class") or "").split()
    forms = [tag, f"#{element.get('id')}", *(f"{tag}.{name}" for name in classes)]
    for form in forms:
        simple = re.fullmatch(r"(?:\w+\.|#)?[A-Za-z_][\w-]*", form)
        if simple and select(form)(root) == [element]:
            return str(form)
    parent = element.getparent()
    if parent is None:
        return tag
    same = [each for each in parent if each.tag == tag]
    return f"{_selector(root, parent)} > {tag}:nth-of-type({same.index(element) + 1})"


# --- What a web page has beside its text: notes, and what its head says of it.

# The footnotes of a web page, in every idiom.
#
# A note mark is a link to a place further down the page that holds the note.  This one rule covers
# ``<a href="#fn1"><sup>1</sup></a>`` of pandoc and Markdown tools, ``doc-noteref`` (DPUB-ARIA),
# ``_ftn1`` of Word and ``cite_note-1`` of MediaWiki.

_SIGN = re.compile(
    r"\[?\(?(?:note |fn |n\.?)?(\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§]{1,3})\)?\]?", re.IGNORECASE
)
_BACK = re.compile(r"[\s↩↑^︎⤴]*|\[?back\]?|return to text", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOLDERS = ("li", "p", "aside", "div", "dd", "td", "section")


def lift_notes(root: Any, links: Iterable[Any]) -> list[str]:
    """Replace the links by marks, remove the notes from the page, and return them as HTML.

    ``links`` are the ``a`` elements of the main text, in order.
    """
    by_id = {each.get("id") or each.get("name"): each for each in root.iter()
             if isinstance(each.tag, str) and (each.get("id") or each.get("name"))}  # fmt: skip
    order = {element: place for place, element in enumerate(root.iter())}
    ids: dict[Any, str] = {}  # of each note's element, in the order of the marks
    taken: set[str] = set()
    for link, target in list(_references(links, by_id, order)):
        note = _holder(target)
        if (
            note is None
            or note in link.iterancestors()
            or next(note.iter(*_HEADINGS), None) is not None
        ):
            continue  # no place, the paragraph itself, or a section that a table of contents names
        if note not in ids:
            sign = _sign(link)
            ids[note] = f"{sign} ({len(ids) + 1})" if sign in taken else sign
            taken.add(ids[note])
        _replace(link, ids[note])
    return [_lifted(note, id_) for note, id_ in ids.items()]


def drop_dangling(root: Any, links: Iterable[Any]) -> Iterator[Remark]:
    """Take out marks set high that lead to no place of the page; their notes were not saved."""
    by_id = {
        each.get("id") or each.get("name") for each in root.iter() if isinstance(each.tag, str)
    }
    for link in links:
        href, sign = link.get("href", ""), _sign(link)
        high = link.getparent().tag == "sup" or (len(link) == 1 and link[0].tag == "sup")
        if sign and high and href.startswith("#") and unquote(href[1:]) not in by_id:
            link.text = None
            for inside in list(link):
                inside.drop_tree()
            yield Remark(Finding.FLAG, "A note mark leads to no note in the file.", sign)


def _references(
    links: Iterable[Any], by_id: dict[str, Any], order: dict[Any, int]
) -> Iterator[tuple[Any, Any]]:
    """The links that are note marks, with the element further down that each leads to."""
    for link in links:
        href = link.get("href", "")
        target = by_id.get(unquote(href[1:])) if href.startswith("#") and len(href) > 1 else None
        if target is not None and order[target] > order[link] and _sign(link):
            yield link, target


def _sign(link: Any) -> str:
    match = _SIGN.fullmatch(link.text_content().strip())
    return match[1] if match else ""


def _holder(target: Any) -> Any:
    """The block that holds the whole note."""
    page = {"body", "article", "main"}
    around = takewhile(lambda each: each.tag not in page, (target, *target.iterancestors()))
    return next((each for each in around if each.tag in _HOLDERS), None)


def _replace(link: Any, id_: str) -> None:
    """Put a mark in the place of a link, and of the ``sup`` that holds nothing else."""
    outer, parent = link, link.getparent()
    alone = len(parent) == 1 and not (parent.text or "").strip() and not (link.tail or "").strip()
    if alone and parent.tag == "sup":
        outer = parent
    tail = outer.tail
    outer.clear()
    outer.tag, outer.text, outer.tail = "span", "\u2060", tail  # pandoc drops empty spans
    outer.set("class", MARK)
    outer.set("data-note", id_)


def _lifted(note: Any, id_: str) -> str:
    """Remove a note from the page; return it as HTML without its number and its link back."""
    inside = copy.deepcopy(note)
    inside.tail = None
    for link in list(inside.iter("a")):
        words = link.text_content().strip()
        back = link.get("href", "#").startswith("#") and (_BACK.fullmatch(words) or _sign(link))
        if back and link.getparent() is not None:
            link.drop_tree()
    sign = re.escape(id_)
    number = rf"(?:\[{sign}\]|{sign}[.):]|{sign}(?<!\w)\s)\s*"
    if match := re.match(number, inside.text_content().strip()):
        _drop_start(inside, match.end())
    if note.getparent() is not None:
        note.drop_tree()
    inside.tag = "div"
    html: str = library("lxml.html").tostring(inside, encoding="unicode")
    return f'<div class="{NOTE}" data-note="{escape(id_)}">{html}</div>'


def _drop_start(element: Any, length: int) -> None:
    """Drop the first ``length`` characters of an element, which may lie in several texts."""
    left = length + len(element.text_content()) - len(element.text_content().lstrip())
    for each in element.iter():
        for name in ("text", "tail"):
            text = getattr(each, name) or ""
            if left and not (name == "tail" and each is element):
                setattr(each, name, text[left:])
                left = max(0, left - len(text))


# What a web page says of itself: its head, its structured data, its first heading.

_ARTICLES = re.compile(r"Article|Posting|Report|Statement|WebPage|Legislation|CreativeWork")


def properties(root: Any, said: dict[str, str]) -> Properties:
    """The metadata of a page: Open Graph, Dublin Core, ``said`` by Schema.org, HTML."""

    def first(*paths: str) -> str | None:
        for path in paths:
            for value in root.xpath(path):
                words = value if isinstance(value, str) else value.text_content()
                if words.strip():
                    return " ".join(words.split())
        return None

    address = first("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
    return Properties(
        title=first("//meta[@property='og:title']/@content") or said.get("headline")
        or first("//h1", "//title"),
        author=first("//meta[@name='author']/@content", "//meta[@name='DC.creator']/@content")
        or said.get("author"),
        publisher=first("//meta[@property='og:site_name']/@content") or said.get("publisher"),
        date=first("//meta[@property='article:published_time']/@content")
        or said.get("datePublished")
        or first("//meta[@name='DC.date']/@content", "//meta[@itemprop='datePublished']/@content",
                 "//meta[@name='date']/@content", "//time[@pubdate]/@datetime",
                 "//*[@itemprop='datePublished']/@datetime", "//time/@datetime", "//time"),
        language=root.get("lang") or root.get("xml:lang"),
        address=address if address and re.fullmatch(r"https?://[^\s<>\"]+", address) else None,
    )  # fmt: skip


def structured(root: Any) -> dict[str, str]:
    """Headline, date, author and publisher of the first article in the page's JSON-LD 1.1."""
    for script in root.xpath("//script[@type='application/ld+json']"):
        data: Any = None
        with suppress(ValueError, RecursionError):
            data = json.loads(script.text or "")
        for item in _items(data):
            if _ARTICLES.search(str(item.get("@type", ""))) and item.get("datePublished"):
                names = ("headline", "datePublished", "author", "publisher")
                return {name: said for name in names if (said := _named(item.get(name)))}
    return {}


def _items(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for each in data:
            yield from _items(each, depth + 1) if depth < 5 else ()
    elif isinstance(data, dict):
        yield data
        yield from _items(data.get("@graph"), depth + 1) if depth < 5 else ()


def _named(value: Any) -> str:
    if isinstance(value, list):
        return _named(value[0]) if len(value) == 1 else ""
    if isinstance(value, dict):
        return _named(value.get("name"))
    return " ".join(value.split()) if isinstance(value, str) else ""
