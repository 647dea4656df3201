"""How the engine is built: imports go one way, private API stays in one room."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import defaults
from tests.conftest import ROOT

ENGINE = ROOT / "archive"

# The rooms in the order of the way of data: each may import from those that it names.
FACTS = {"model", "citation", "fidelity"}
MAY_IMPORT = {
    "model": set(),
    "citation": {"model"},
    "data": {"citation", "model"},
    "fidelity": {"model"},
    "importing": {"citation", "fidelity", "model"},
    "answering": {"checking", "citation", "model", "search"},
    "drawing": {"model"},
    "search": set(),
    "checking": {"model", "search"},
    "preservation": {"checking", "citation", "data", "model"},
    "upstream": {"citation", "model"},
    "site": {"model"},
    "site.know": FACTS | {"upstream"},
    "site.read": FACTS | {"search", "site.know", "site", "upstream"},
    "site.check": FACTS | {"site.know", "site.read", "upstream"},
    "site.show": FACTS
    | {
        "data",
        "drawing",
        "search",
        "site.know",
        "site",
        "site.read",
        "upstream",
    },
    "site.beside": FACTS | {"checking", "data", "site.know", "site.show", "upstream"},
    "pdf": FACTS | {"drawing", "site.know", "site", "site.show", "upstream"},
    "epub": set(),
    "volumes": FACTS
    | {"checking", "data", "search", "site.know", "site.read", "site.show", "upstream"},
    "serving": {
        "checking",
        "importing",
        "model",
        "preservation",
        "search",
        "site.beside",
        "site.check",
        "site.know",
        "site.read",
        "upstream",
    },
}
# What these rooms know nothing of: they can be used without it.
WITHOUT_SPHINX = (
    "model", "citation", "data", "fidelity", "importing", "drawing", "search", "preservation",
    "checking",
)  # fmt: skip

# Private by their underscore, and public by their documentation.
PUBLIC = {"_asdict", "_replace", "_fields"}


def _files(room: str) -> Iterator[Path]:
    place = ENGINE.joinpath(*room.split("."))
    if room == "site":  # whose own module has the nodes; each of its folders is a room
        return place.glob("__init__.py")
    return place.rglob("*.py") if place.is_dir() else iter([place.with_suffix(".py")])


def _room(module: str) -> str:
    parts = module.split(".")[1:]
    return ".".join(parts[:2]) if parts[0] == "site" else parts[0]


def _imported(path: Path) -> set[str]:
    names = re.findall(r"^\s*(?:from|import) (archive(?:\.\w+)+)", path.read_text(), re.MULTILINE)
    return {_room(name) for name in names}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_go_one_way(room):
    for path in _files(room):
        assert _imported(path) - {room, "files", "git"} <= MAY_IMPORT[room], path


def test_no_two_rooms_import_each_other():
    for room, allowed in MAY_IMPORT.items():
        assert not {other for other in allowed if room in MAY_IMPORT[other]}


@pytest.mark.parametrize("room", WITHOUT_SPHINX)
def test_these_rooms_know_no_sphinx(room):
    for path in _files(room):
        assert not re.search(r"^\s*(from|import) (sphinx|docutils)", path.read_text(), re.MULTILINE)


def _defined(tree: ast.AST) -> set[str]:
    """The names that a module gives: its definitions, assignments and attributes of self."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr if ast.unparse(node.value) in {"self", "cls"} else "")
    return found


def _private_uses(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    own = _defined(tree) | PUBLIC
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in own:
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = (*node.module.split("."), *(alias.name for alias in node.names))
            if any(map(_is_private, names)) and node.module != "__future__":
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_private_api_of_others_is_used_in_one_room():
    uses = [
        use
        for path in ENGINE.rglob("*.py")
        if "upstream" not in path.parts
        for use in _private_uses(path)
    ]
    assert not uses


@pytest.mark.parametrize("room", ["site.show", "pdf"])
def test_facts_are_shown_through_the_view_that_notes_them(room):
    """What plans generated pages, or clears up after them, reads the domain itself."""
    planning = {"show/__init__.py", "show/ledger.py", "show/listings.py"}
    for path in _files(room):
        if f"{path.parent.name}/{path.name}" not in planning:
            assert "archive_domain" not in path.read_text(), path
            if room == "pdf":  # nor does print ask the domains of Sphinx and of citations
                assert not re.search(r"\bget_domain\(|\.domains\.", path.read_text()), path


def test_of_the_files_beside_pages_only_the_sitemap_and_the_clearing_up_read_the_domain():
    tree = ast.parse((ENGINE / "site" / "beside.py").read_text())
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    readers = {each.name for each in functions if "archive_domain(" in ast.unparse(each)}
    assert readers == {"_pages", "_expected"}


def test_features_are_registered_in_one_file():
    for path in ENGINE.rglob("*.py"):
        text = path.read_text()
        registers = re.search(r"\bapp\.(connect|add_\w+|setup_extension)\(", text)
        assert path.name == "features.py" or not registers, path


def test_an_archive_has_at_most_six_extensions_and_names_none_itself():
    assert len(defaults.extensions) <= 6
    assert "extensions" not in _defined(ast.parse((ROOT / "conf.py").read_text()))
