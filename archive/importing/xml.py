"""XML read without entities, without the network and without giant trees (lxml)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.importing.extras import library
from archive.importing.refusal import RefusedError


def parse(part: bytes, name: str) -> Any:
    """The root element of a part.  Raises RefusedError where it is not well-formed."""
    etree = library("lxml.etree")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise RefusedError(
            "import-truncated", f"The part {name!r} is damaged.",
            "open the file in a word processor, which may repair it, and save it anew.",
        ) from error  # fmt: skip


def written(root: Any) -> bytes:
    """The element as a part."""
    data: bytes = library("lxml.etree").tostring(
        root, encoding="UTF-8", xml_declaration=True, standalone=True
    )
    return data


def paragraphs(root: Any, paragraph: str, leaves: frozenset[str]) -> Iterator[str]:
    """The words of each paragraph: of the elements whose local names are ``leaves``."""
    for element in root.iter():
        if local(element) == paragraph:
            words = "".join(
                (leaf.text or "") if local(leaf) in leaves else " "
                for leaf in element.iter()
                if local(leaf) in leaves or local(leaf) in {"tab", "br", "cr"}
            )
            if words.strip():
                yield words


def local(element: Any) -> str:
    """An element's name without its namespace; nothing for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
