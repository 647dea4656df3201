"""Which scripts a copy may have: those of the engine, byte for byte, and its generated data.

The engine's own templates and static files say which these are.  The files that the search page
reads are scripts by their name and data by their form, which is checked, so that they can hold
nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from lxml import etree

from archive.model.content_policy import source_hash
from archive.preservation.pages import Element, inline

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
_DATA = re.compile(r"application/(ld\+)?json")


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
    if _DATA.fullmatch(element.get("type", "").lower()):
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
