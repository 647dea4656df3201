"""Refuses files that cannot be pages, and markup and classes that pages may not have."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from stat import S_ISREG
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst.directives.tables import CSVTable
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import get_image_filename_for_language
from sphinx.util.nodes import get_node_line

from archive.model import Problem
from archive.model.frontmatter import CLASS as TO_REWRITE
from archive.model.frontmatter import decoded, unseen, unseen_characters, unseen_problem
from archive.site import below, tombstone
from archive.site.know.domain import archive_domain, path_being_read, report
from archive.site.read.sources import note_stamp, refused_download, refused_image
from archive.upstream.theme import FOLDER

# --- Refuses files that cannot be pages, and markup that pages may not have.
#
# A file that cannot be read stops the build before anything is written; the error lists all such
# files.  A page holds text, links and images.  Markup that runs code, loads from other hosts or
# reads files outside the archive is reported with file and line and removed, so that no page has it
# even if the build continues after errors.

LARGEST = 4 * 2**20  # bytes of a page; a printed book of 1,000 pages has about 2 million letters
_BUILT = "_build"
_DEEPEST = 60  # quotation and list markers at the beginning of a line, or colons of a fence
_OPENING = re.compile(rf"^[ \t]*(?:(?:>|(?:[-*+]|\d+[.)])[ \t])[ \t]*){{{_DEEPEST},}}\S?")
_FENCE = re.compile(rf"^[ \t]*(?::{{{_DEEPEST},}}|`{{{_DEEPEST},}})")
_INDENTED = re.compile(rf"^[ \t]{{{4 * _DEEPEST},}}\S")


class UnreadableError(SphinxError):
    """Files that cannot be read.  Raised before the build writes anything."""

    category = "Unreadable"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def check_files(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Raise UnreadableError if a file that is about to be read cannot be."""
    found = [
        problem for docname in sorted(docnames)
        for problem in unreadable(Path(env.doc2path(docname)), Path(app.srcdir))
    ]  # fmt: skip
    if found:
        raise UnreadableError(found)


def is_inside(path: Path, root: Path) -> bool:
    """Whether a file, with all symbolic links resolved, is in the archive and was not built."""
    found, root = path.resolve(), root.resolve()
    return found.is_relative_to(root) and not found.is_relative_to(root / _BUILT)


def unreadable(path: Path, root: Path) -> Iterator[Problem]:
    """Yield the problems that keep a file from being a page of the archive at ``root``."""
    name = path.relative_to(root).as_posix()
    if not is_inside(path, root):
        yield Problem(
            name, 0, "file-outside", "It is a symbolic link to a file outside the archive.",
            "put the file itself in its place.",
        )  # fmt: skip
        return
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            yield Problem(
                name, 0, "file-special", "It is a pipe, a device or a socket, not a file.",
                "put a file with the text in its place.",
            )  # fmt: skip
            return
        if (size := status.st_size) > LARGEST:
            yield Problem(
                name, 0, "file-too-large",
                f"It has {size:,} bytes; {LARGEST:,} are the most that a page may have.",
                "divide it into several documents.",
            )  # fmt: skip
            return
        text, problems = decoded(path.read_bytes(), name)
    except OSError as error:
        yield Problem(
            name, 0, "file-unreadable", f"It cannot be read: {error.strerror}.",
            "give yourself the right to read it.",
        )  # fmt: skip
        return
    yield from problems
    yield from too_deep(text or "", name)


def too_deep(text: str, path: str) -> Iterator[Problem]:
    """Yield the first line that nests quotations, lists or directives too deep to be rendered."""
    for number, line in enumerate(text.splitlines(), start=1):
        if any(rule.match(line) for rule in (_OPENING, _FENCE, _INDENTED)):
            yield Problem(
                path, number, "nested-too-deep",
                f"Lists, quotations or directives are nested more than {_DEEPEST} deep.",
                "write it with fewer levels.",
            )  # fmt: skip
            return


def check_characters(app: Sphinx, docname: str, source: list[str]) -> None:
    """Report invisible characters in the source of the page being read."""
    faults = unseen_characters(source[0], path_being_read(app.env))
    archive_domain(app.env).add_faults(docname, faults)


# Rule, message and mend of a refused node.
Finding = tuple[str, str, str]
SCHEMES = frozenset({"", "http", "https", "mailto"})

# The characters that browsers remove from an address before they parse it (URL Standard, 4.4).
_REMOVED = dict.fromkeys(range(32))

# Directives that can read any file, write any markup or keep words from a form of output, and those
# that only manuals of software need.
DIRECTIVES = (
    "include", "literalinclude", "meta", "only", "raw",
    "centered", "deprecated", "versionadded", "versionchanged", "versionremoved",
)  # fmt: skip


def is_safe(address: str) -> bool:
    """Whether an address leads to the web, to mail or to this site, and so can run no code."""
    try:
        return urlsplit(address.translate(_REMOVED).strip()).scheme.lower() in SCHEMES
    except ValueError:  # brackets without an IPv6 address
        return False


class RemoveForbidden(SphinxTransform):
    """Reports and removes the nodes that a page may not have."""

    default_priority = 870  # before Sphinx copies files of images and downloads

    def apply(self, **kwargs: object) -> None:
        path, problems = path_being_read(self.env), []
        for comment in filter(_is_comment, below(self.document, nodes.raw)):
            _remove(comment)
        for node in below(self.document, *(kind for kind, _check in _CHECKS)):
            finding = _finding(node, self.env)
            if finding is not None:
                problems.append(Problem(path, line_of(node), *finding))
                _remove(node)
        archive_domain(self.env).add_faults(self.env.current_document.docname, problems)


def _is_comment(node: nodes.raw) -> bool:
    """Whether a node of raw HTML is a single comment."""
    text = node.astext().strip()
    return text.startswith("<!--") and text.find("-->") == len(text) - 3


def _finding(node: nodes.Node, env: BuildEnvironment) -> Finding | None:
    for kind, check in _CHECKS:
        if isinstance(node, kind):
            return check(node, env)
    return None


def _raw(node: nodes.Element, env: BuildEnvironment) -> Finding:
    return (
        "markup-raw", f"“{_short(node.astext())}” is HTML, which pages may not have.",
        "write it in Markdown; write &lt; for the character <.",
    )  # fmt: skip


def _meta(node: nodes.Element, env: BuildEnvironment) -> Finding:
    return (
        "markup-meta", "The directive meta adds to a page's head, which the record alone decides.",
        "remove the directive meta.",
    )  # fmt: skip


def _reference(node: nodes.Element, env: BuildEnvironment) -> Finding | None:
    return _link(node.get("refuri", ""))


def _link(address: str) -> Finding | None:
    if is_safe(address):
        return None
    return (
        "link-scheme", f"The link leads to “{_short(address)}”.",
        "link to an address that begins with https://, http:// or mailto:.",
    )  # fmt: skip


def _image(node: nodes.Element, env: BuildEnvironment) -> Finding | None:
    address = node["uri"]
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return (
            "image-elsewhere", f"The image “{_short(address)}” is not a file of the archive.",
            "put the file into the archive and name that.",
        )  # fmt: skip
    node.attributes.pop("loading", None)  # "embed" would write the file into the page
    # Sphinx takes an image in the archive's language where one stands beside it.
    return _file(get_image_filename_for_language(address, env), "image", env) or _file(
        address, "image", env
    )


def _download(node: nodes.Element, env: BuildEnvironment) -> Finding | None:
    name = node.get("reftarget", "")
    return _link(name) if "://" in name else _file(name, "download", env)


def _file(name: str, what: str, env: BuildEnvironment) -> Finding | None:
    relative, full = env.relfn2path(name, env.current_document.docname)
    path = Path(full)
    if is_inside(path, Path(env.srcdir)):
        if not os.access(path, os.R_OK) and path.suffix != ".*":  # which Sphinx completes
            return None  # Sphinx tells
        note_stamp(env, path)
        env.note_dependency(relative)
        found = refused_image(path) if what == "image" else refused_download(path)
        return found and (found[0], _visible(found[1]), found[2])
    return (
        "file-outside", f"The {what} “{_short(name)}” is not in the archive's folder.",
        "put a copy of the file into the archive and name that.",
    )  # fmt: skip


def _pending(node: nodes.Element, env: BuildEnvironment) -> Finding:
    """What a directive within ``eval-rst`` left for a later step, which MyST does not take."""
    return (
        "directive-refused", "A directive within eval-rst has no effect on what follows it.",
        "write it in Markdown, or leave it out.",
    )  # fmt: skip


def _text(node: nodes.Text, env: BuildEnvironment) -> Finding | None:
    """Invisible characters written as character references, which the source check cannot see."""
    if unseen(node) is None:
        return None
    found = unseen_problem("", 0, str(node))
    return found.rule, found.message, found.mend


_CHECKS: tuple[tuple[type[nodes.Node], Callable[..., Finding | None]], ...] = (
    (nodes.raw, _raw),
    (nodes.meta, _meta),
    (nodes.image, _image),
    (addnodes.download_reference, _download),
    (nodes.reference, _reference),
    (nodes.pending, _pending),
    (nodes.Text, _text),
)


def _remove(node: nodes.Node) -> None:
    parent = node.parent
    if parent is None:
        return
    if isinstance(node, (nodes.reference, nodes.Text)):
        parent.replace(node, nodes.Text(_visible(node.astext())))
    else:
        parent.replace(node, [])


def line_of(node: nodes.Node) -> int:
    """The line of a node, or of the nearest around it that has one."""
    above: nodes.Node | None = node
    while above is not None:
        line = get_node_line(above) if isinstance(above, nodes.Element) else None
        if line:
            return int(line)
        above = above.parent
    return 0


def _short(text: str) -> str:
    return _visible(" ".join(text.split())[:80])


def _visible(text: str) -> str:
    return "".join("\N{REPLACEMENT CHARACTER}" if unseen(letter) else letter for letter in text)


class Refused(SphinxDirective):
    """Replaces a directive that reads files or writes unchecked markup; reports its use."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        report(
            self.env, self.lineno, "directive-refused",
            f"The directive “{self.name}” is not allowed in pages.",
            "write its text in the page itself.",
        )  # fmt: skip
        return []


class InlineCSVTable(CSVTable):
    """The directive ``csv-table`` with its values in the page; refuses files and addresses."""

    def run(self) -> Sequence[nodes.table | nodes.system_message]:
        if "file" in self.options or "url" in self.options:
            env: BuildEnvironment = self.state.document.settings.env
            report(
                env, self.lineno, "directive-refused",
                "The values of the table are not in the page.",
                "write them below the directive.",
            )  # fmt: skip
            return []
        return super().run()


# --- Refuses classes that mean something to the style sheet, the scripts or the engine itself.
#
# With such a class a passage could be hidden from readers, or from search, while its words and so
# its fingerprint stay what they were.  Other classes mean nothing and do no harm.

_EDITORS_NOTE = "editors-note"
_FOR_AUTHORS = f"{TO_REWRITE}, and {_EDITORS_NOTE} on an admonition"

# What parsers, roles and directives write themselves; none of it hides anything.
_PARSED = frozenset([
    "code", "contents", "deprecated", "epigraph", "field-list", "glossary", "guilabel",
    "highlights", "literal-block-wrapper", "pull-quote", "simple", "std-term", "text-center",
    "text-left", "text-right", "title", "toctree-wrapper", "versionadded", "versionchanged",
    "versionmodified", "versionremoved", "xref",
])  # fmt: skip

# Classes that no style sheet names, and those of the engine's directives.
_UNSTYLED = frozenset(["record-fields", "record-fingerprint", "tombstone-notice"])
_OF_DIRECTIVES = frozenset(["chronology", "stated-in", "tombstone-notice"])

_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


@cache
def _meant() -> frozenset[str]:
    """The classes with a meaning."""
    furo = Path(str(files("furo")), "theme/furo/static/styles")
    sheets = (*FOLDER.glob("static/*.css"), *furo.glob("*.css"))
    named: set[str] = {
        name for sheet in sheets for name in _CLASS.findall(sheet.read_text("utf-8"))
    }
    return frozenset(named | _UNSTYLED) - _PARSED


class RefuseClasses(SphinxTransform):
    """Reports and removes classes that an author may not use."""

    default_priority = 215  # after ClassAttribute of docutils, before the engine adds its own

    def apply(self, **kwargs: object) -> None:
        path, problems = path_being_read(self.env), []
        for node in below(self.document, nodes.Element):
            for name in _refused(node):
                node["classes"].remove(name)
                problems.append(Problem(
                    path, line_of(node), "class-refused",
                    f"The class “{name}” is the engine's own.",
                    f"remove it; classes for authors are {_FOR_AUTHORS}.",
                ))  # fmt: skip
        archive_domain(self.env).add_faults(self.env.current_document.docname, problems)


def _refused(node: nodes.Element) -> list[str]:
    meant = _meant().intersection(node.get("classes", ()))
    if not meant:
        return []
    allowed = {TO_REWRITE} | (_OF_DIRECTIVES if _is_of_directive(node) else set())
    if isinstance(node, nodes.Admonition):
        allowed.add(_EDITORS_NOTE)
    return sorted(meant - allowed)


def _is_of_directive(node: nodes.Element) -> bool:
    """Whether one of the engine's own directives made a node: an event, or a notice."""
    inside = node.parent
    if isinstance(inside, nodes.definition):  # in an item of a list
        inside = inside.parent.parent
    return "edtf" in node or isinstance(inside, tombstone) or "edtf" in (inside or ())
