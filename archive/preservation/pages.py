"""What preservation reads in a page (ids, links, code), and which scripts a copy may have."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from archive.model.showing import source_hash

# --- What preservation reads in a page: its ids, its links, and the code that stands inline.
#
# Inline scripts are read as the hashes by which a Content-Security-Policy allows them: base64 of
# the SHA-256 of the text between the tags (Content Security Policy Level 3, 2.3.1).  The text is
# hashed as it stands, for HTML has no escapes within scripts (HTML, 13.1.2.6).

Element = Any  # of lxml, which has no public name for the type

_MOST_ADDRESSES = 50_000  # of one page; a stranger may write more, and they are not followed

# Relative addresses are resolved against this, so that a link out of the site is recognised.
_SITE = "https://copy.invalid/"


@dataclass(frozen=True, slots=True)
class Page:
    """The ids and links of one page."""

    ids: frozenset[str]
    links: frozenset[str]  # paths within the site, without query and fragment


def read_page(data: bytes, path: str) -> Page:
    """Read the page at ``path``.  Bytes that are not HTML give an empty page."""
    tree = parse_html(data)
    if tree is None:
        return Page(frozenset(), frozenset())
    addresses = tree.xpath("//@href | //@src")[:_MOST_ADDRESSES]
    without_fragments = {str(address).strip().partition("#")[0] for address in addresses}
    return Page(ids_of(tree), frozenset(_local(without_fragments, path)))


def parse_html(data: bytes) -> Element | None:
    """The elements of a page; None where there are none."""
    from lxml import etree  # noqa: PLC0415 - not in an edit

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return etree.fromstring(data, parser) if data else None


def ids_of(tree: Element) -> frozenset[str]:
    return frozenset(map(str, tree.xpath("//@id")))


def _local(addresses: Iterable[str], path: str) -> Iterator[str]:
    for address in addresses:
        try:
            full = urlsplit(urljoin(_SITE + path, address))
        except ValueError:
            continue
        if (full.scheme, full.netloc) == ("https", "copy.invalid"):
            yield unquote(full.path).removeprefix("/")


def as_file(path: str) -> str:
    """The file that a server sends for a path: for a folder, its index."""
    return f"{path}index.html" if not path or path.endswith("/") else path


# Inline code

_ELEMENT = re.compile(rb"<(script|style)\b([^>]*)>(.*?)(?:</\1|\Z)", re.DOTALL | re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"""(?:\s+[a-z-]+(?:="[^"<>]*")?)*\s*""")
_ATTRIBUTE = re.compile(rb"""\s([a-z-]+)(?:="([^"]*)")?""")
_ELSEWHERE = re.compile(rb"[^/]*:|\s*[/\\]{2}")
# A script of one of these types is no script.
_DATA = (b"application/json", b"application/ld+json")

# What may be an attribute with code, style or on…; only pages that have it are parsed.  It is found
# by its first letters: by the spaces before it, or in any case, takes twice as long.
_SUSPECT = re.compile(rb"""[sSoO][tTnN](?<=[\s/"']..)(?:[yY][lL][eE]|(?<=[nN])[a-zA-Z]+)[\s/]*=""")
_CODE = re.compile(r"style|on[a-z]+")


def inline(page: bytes) -> frozenset[str]:
    """The code that stands in a page: the hash source of each script, the name of each other kind.

    Whatever is written otherwise than our templates write it counts as a script.
    """
    found = {_kind(*each) for each in _ELEMENT.findall(page)}
    if _SUSPECT.search(page):
        reader = _Attributes()
        reader.feed(page.decode("utf-8", "replace"))
        found |= reader.found
    return frozenset(found - {""})


def _kind(name: bytes, attributes: bytes, text: bytes) -> str:
    if name.lower() == b"style":
        return "style"
    given = dict(_ATTRIBUTE.findall(attributes)) if _ATTRIBUTES.fullmatch(attributes) else {}
    if b"src" in given:
        return "script of another host" if _ELSEWHERE.match(given[b"src"]) else ""
    return "" if given.get(b"type") in _DATA else source_hash(text)


class _Attributes(HTMLParser):
    """Collects the names of attributes that are style or script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, _value in attrs if _CODE.fullmatch(name)}


# --- Which scripts a copy may have: those of the engine, byte for byte, and its generated data.
#
# The engine's own templates and static files say which these are.  The files that the search page
# reads are scripts by their name and data by their form, which is checked, so that they can hold
# nothing else.

# Where the engine and what it is built on keep scripts: a package, and a folder of it.
_SHIPPED = (
    ("archive", "theme"), ("furo", "theme/furo"), ("sphinx", "themes/basic"),
    ("notfound", "."),
)  # fmt: skip
_ENDINGS = (".js", ".mjs")
# What the search page reads, and what texts are checked with: folders, and files beside documents.
TEXTS, CHECKED, PASSAGES = "search-index", "check-index", ".passages.js"

_HANDED_OVER = re.compile(r'(?:searchData|checkData)\("[\w/-]+", (.*)\);\n', re.DOTALL)
_DANGEROUS = ("javascript:", "vbscript:", "data:text/html", "data:image/svg", "data:application")
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "srcdoc", "to", "values"})
_FRAMES = frozenset({"applet", "base", "embed", "foreignobject", "frame", "iframe", "object"})
_DATA_TYPE = re.compile(r"application/(ld\+)?json")


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts that a copy may have."""

    files: frozenset[str] = field(default_factory=frozenset)  # SHA-256
    inline: frozenset[str] = field(default_factory=frozenset)  # as a policy writes them

    def knows(self, path: str, data: bytes) -> bool:
        """Whether a file is a script of the engine, or data in the form of one."""
        if hashlib.sha256(data).hexdigest() in self.files:
            return True
        if not path.startswith((f"{TEXTS}/", f"{CHECKED}/")) and not path.endswith(PASSAGES):
            return False
        found = _HANDED_OVER.fullmatch(data.decode("utf-8", "replace"))
        return found is not None and _is_json(found[1])


def _is_json(text: str) -> bool:
    # JSON is JavaScript, but a closing tag or a line separator could end it early.
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return "</script" not in text.lower()


def shipped_scripts(root: Path, more: Iterable[bytes] = ()) -> Scripts:
    """The scripts of the engine that runs, of the archive at ``root``, and ``more`` besides."""
    folders = [root / "_static", root / "_templates"]
    for package, folder in _SHIPPED:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / folder)
    files, own = {hashlib.sha256(each).hexdigest() for each in more}, set[str]()
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        if path.name.endswith(_ENDINGS):
            files.add(hashlib.sha256(path.read_bytes()).hexdigest())
        elif path.suffix == ".html":
            own |= inline(path.read_bytes())
    return Scripts(frozenset(files), frozenset(own))


def is_script(path: str) -> bool:
    return path.lower().endswith(_ENDINGS)


def foreign(tree: Element, path: str, scripts: Scripts) -> Iterator[str]:
    """What a page, or a drawing, has that runs and is not the engine's."""
    for element in tree.iter(etree.Element):
        name = _local_name(str(element.tag))
        if name == "script":
            yield from _script(element, path, scripts)
        elif name in _FRAMES:
            yield f"it has an element {name}"
        elif name == "meta" and element.get("http-equiv", "").lower() == "refresh":
            yield "it leads on to another page by itself"
        for key, value in element.attrib.items():
            attribute = _local_name(str(key))
            if attribute.startswith("on"):
                yield f"an element {name} has an attribute {attribute}"
            elif attribute in _ADDRESSES and _runs(str(value)):
                yield f"an element {name} leads to {value}"


@lru_cache(maxsize=1_000)
def _local_name(name: str) -> str:
    """The name of an element or an attribute without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def _runs(address: str) -> bool:
    if ":" not in address:  # most lead to another page of the copy
        return False
    squeezed = re.sub(r"[\x00-\x20]", "", address).lower()
    return squeezed.startswith(_DANGEROUS)


def _script(element: Element, path: str, scripts: Scripts) -> Iterator[str]:
    if _DATA_TYPE.fullmatch(element.get("type", "").lower()):
        return
    source = element.get(
        "src", element.get("href", element.get("{http://www.w3.org/1999/xlink}href"))
    )
    if source is None:
        if source_hash((element.text or "").encode("utf-8", "replace")) not in scripts.inline:
            yield "it has a script that the engine does not know"
        return
    place = urlsplit(urljoin(f"https://copy.invalid/{path}", source.strip()))
    if place.netloc != "copy.invalid" or not is_script(place.path):
        yield f"it runs a script from {source}"
