"""What a screen reader is told of a page: Chromium's accessibility tree as text, kept in files.

A line is a block: its role, its states, and what it says in order.  Links and controls within it
stand in brackets.  After a meant change run the tests with ``ARCHIVE_GOLDEN=write``, and read the
difference before you commit it: it is what changes for those who listen.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEPT = Path(__file__).parent / "spoken"
_KEEP = "ARCHIVE_GOLDEN=write python -m pytest tests/browser -k 'kept or panel or drawer'"
_LONGEST = 70  # lines: what follows in long lists is of the same kinds

_TEXT = {"StaticText", "LineBreak"}
_WITHIN = {"emphasis", "strong", "code", "superscript", "subscript", "mark", "time", "Abbr", "math"}
_IN_BRACKETS = {"link", "button", "heading", "image", "checkbox", "DisclosureTriangle"}
_UNTOLD = {
    "generic",
    "none",
    "RootWebArea",
    "InlineTextBox",
    "LabelText",
    "ListMarker",
    "MenuListPopup",
}
_STATES = ("level", "checked", "expanded", "pressed", "disabled")


def spoken(page: Page, within: str = "body") -> str:
    """What a page says, from its accessibility tree as the browser gives it to screen readers."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": within})["nodeId"]
    backend = session.send("DOM.describeNode", {"nodeId": node})["node"]["backendNodeId"]
    told = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    tree = {each["nodeId"]: each for each in told}
    start = next(each for each in told if each.get("backendDOMNodeId") == backend)
    lines = list(_lines(start, tree, 0))
    return "\n".join([*lines[:_LONGEST], *(["…"] if len(lines) > _LONGEST else [])]) + "\n"


def hold(name: str, said: str) -> None:
    """Hold what is said to what is kept under a name; keep it where that is asked for."""
    path = KEPT / f"{name}.txt"
    if os.environ.get("ARCHIVE_GOLDEN") == "write":
        KEPT.mkdir(exist_ok=True)
        path.write_text(said, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert said == kept, f"other things are told than {path} keeps.  To keep these: {_KEEP}"


Node = Mapping[str, Any]


def _role(node: Node) -> str:
    return "" if node.get("ignored") else str(node["role"]["value"])


def _children(node: Node, tree: Mapping[str, Node]) -> Iterator[Node]:
    """The parts of a node that are told, without those that only group."""
    for each in node.get("childIds", ()):
        child = tree.get(each)
        if child is None:
            continue
        if _role(child) in {"", *_UNTOLD}:
            yield from _children(child, tree)
        else:
            yield child


def _is_inline(node: Node, tree: Mapping[str, Node]) -> bool:
    role = _role(node)
    if role in _TEXT | _IN_BRACKETS:
        return True
    return role in _WITHIN and all(_is_inline(each, tree) for each in _children(node, tree))


def _lines(node: Node, tree: Mapping[str, Node], depth: int) -> Iterator[str]:
    role, inner = _role(node), depth
    parts = list(_children(node, tree))
    run: list[str] = []
    head = [] if role in {"", *_UNTOLD} else [_named(node, tree)]
    inline_first = [each for each in parts if _is_inline(each, tree)] if head else []
    if head and len(inline_first) == len(parts) and role not in _IN_BRACKETS | _TEXT:
        said = "" if _name_is_content(node, parts, tree) else _joined(_inline(parts, tree))
        yield f"{'  ' * depth}{head[0]}{': ' if said else ''}{said}"
        return
    if head:
        yield f"{'  ' * depth}{head[0]}"
        inner += 1
    for part in parts:
        if _role(part) == "heading":
            yield from _run(run, inner)
            yield f"{'  ' * inner}{_told(part, tree).strip()[1:-1]}"
        elif _is_inline(part, tree):
            run.append(_told(part, tree))
        else:
            yield from _run(run, inner)
            yield from _lines(part, tree, inner)
    yield from _run(run, inner)


def _run(run: list[str], depth: int) -> Iterator[str]:
    said = _joined(run)
    run.clear()
    if said:
        yield f"{'  ' * depth}{said}"


def _joined(parts: list[str]) -> str:
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _inline(parts: list[Node], tree: Mapping[str, Node]) -> list[str]:
    return [_told(each, tree) for each in parts]


def _told(node: Node, tree: Mapping[str, Node]) -> str:
    role = _role(node)
    if role in _TEXT:
        return str(node.get("name", {}).get("value", "")) or " "
    parts = list(_children(node, tree))
    if role in _WITHIN:
        return "".join(_inline(parts, tree))
    if role == "heading":
        return f"[{_states(node)}: {_joined(_inline(parts, tree))}] "
    return f"[{_named(node, tree)}]"


def _name_is_content(node: Node, parts: list[Node], tree: Mapping[str, Node]) -> bool:
    name = _joined([str(node.get("name", {}).get("value", ""))])
    return bool(name) and _joined(_inline(parts, tree)) == name


def _states(node: Node) -> str:
    known = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    told = [_state(each, known[each]) for each in _STATES if known.get(each) not in (None, "")]
    role = _role(node)
    return " ".join([role, *(told if role != "listitem" else ())]).strip()


def _state(name: str, value: object) -> str:
    if name == "level":
        return str(value)
    if name == "expanded":
        return "expanded" if value in (True, "true") else "collapsed"
    return name if value in (True, "true") else ""


def _named(node: Node, _tree: Mapping[str, Node]) -> str:
    name = _joined([str(node.get("name", {}).get("value", ""))])
    value = _joined([str(node.get("value", {}).get("value", ""))])
    said = [_states(node), *([f"“{name}”"] if name else []), *([f"= {value}"] if value else [])]
    return " ".join(said)
