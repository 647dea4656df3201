"""Refuses what would run in a reader's browser, lead out of the archive's folder, or fetch.

A page holds text, links and pictures.  What is refused is told with file and line, and taken out,
so that it is on no page even where somebody lets the build go on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst.directives.tables import CSVTable
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import get_node_line

from archive.model.characters import unseen, unseen_problem
from archive.model.problem import Problem
from archive.site.know.domain import archive_domain
from archive.site.read.files import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.environment import BuildEnvironment


SCHEMES = frozenset({"", "http", "https", "mailto"})

# What browsers leave out of an address before they read its scheme (URL Standard, 4.4).
_LEFT_OUT = dict.fromkeys(range(32))

# Directives that read any file or write any markup.
DIRECTIVES = ("include", "literalinclude", "meta", "raw")


def is_safe(address: str) -> bool:
    """Whether following an address can run nothing: it is of the web, of mail, or of this site."""
    try:
        return urlsplit(address.translate(_LEFT_OUT).strip()).scheme.lower() in SCHEMES
    except ValueError:  # brackets that hold no IPv6 address
        return False


class Inert(SphinxTransform):
    """Tells and takes out of a page what it may not hold."""

    default_priority = 870  # before collectors copy files of images and downloads

    def apply(self, **kwargs: object) -> None:
        docname = self.env.current_document.docname
        path = self.env.doc2path(docname, base=False).as_posix()
        problems = []
        for comment in list(self.document.findall(_is_comment)):
            _take_out(comment)
        for node in list(self.document.findall()):
            finding = _finding(node, self.env)
            if finding is not None:
                problems.append(Problem(path, _line(node), *finding))
                _take_out(node)
        archive_domain(self.env).blame(docname, problems)


def _is_comment(node: nodes.Node) -> bool:
    """Whether HTML is one comment, which nobody reads."""
    text = node.astext().strip() if isinstance(node, nodes.raw) else ""
    return text.startswith("<!--") and text.find("-->") == len(text) - 3


def _finding(node: nodes.Node, env: BuildEnvironment) -> tuple[str, str, str] | None:
    """Rule, message and mend, where a node is refused."""
    for kind, check in _CHECKS:
        if isinstance(node, kind):
            return check(node, env)
    return None


def _raw(node: nodes.Element, env: BuildEnvironment) -> tuple[str, str, str]:
    return (
        "markup-raw", f"“{_short(node.astext())}” is HTML, which stands in no page.",
        "write it in Markdown; write &lt; for the sign <.",
    )  # fmt: skip


def _meta(node: nodes.Element, env: BuildEnvironment) -> tuple[str, str, str]:
    return (
        "markup-meta", "A page says nothing to browsers in its head but what its record says.",
        "remove the directive meta.",
    )  # fmt: skip


def _reference(node: nodes.Element, env: BuildEnvironment) -> tuple[str, str, str] | None:
    address = node.get("refuri", "")
    if is_safe(address):
        return None
    return (
        "link-scheme", f"The link leads to “{_short(address)}”.",
        "link to an address that begins with https://, http:// or mailto:.",
    )  # fmt: skip


def _image(node: nodes.Element, env: BuildEnvironment) -> tuple[str, str, str] | None:
    address = node["uri"]
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return (
            "image-elsewhere", f"The image “{_short(address)}” is not a file of the archive.",
            "put the file into the archive, and name it.",
        )  # fmt: skip
    return _outside(address, "image", env)


def _download(node: nodes.Element, env: BuildEnvironment) -> tuple[str, str, str] | None:
    return _outside(node.get("reftarget", ""), "download", env)


def _outside(name: str, what: str, env: BuildEnvironment) -> tuple[str, str, str] | None:
    path = Path(env.relfn2path(name, env.current_document.docname)[1])
    if is_inside(path, Path(env.srcdir)):
        return None
    return (
        "file-outside", f"The {what} “{_short(name)}” is not in the archive's folder.",
        "put a copy of the file into the archive, and name that.",
    )  # fmt: skip


def _text(node: nodes.Text, env: BuildEnvironment) -> tuple[str, str, str] | None:
    """Characters that were written by their number, so that no line of the file holds them."""
    if unseen(node) is None:
        return None
    found = unseen_problem("", 0, str(node))
    return found.rule, found.message, found.mend


_CHECKS: tuple[tuple[type[nodes.Node], Callable[..., tuple[str, str, str] | None]], ...] = (
    (nodes.raw, _raw),
    (nodes.meta, _meta),
    (nodes.image, _image),
    (addnodes.download_reference, _download),
    (nodes.reference, _reference),
    (nodes.Text, _text),
)


def _take_out(node: nodes.Node) -> None:
    parent = node.parent
    if parent is None:
        return
    if isinstance(node, (nodes.reference, nodes.Text)):
        parent.replace(node, nodes.Text(_seen(node.astext())))
    else:
        parent.replace(node, [])


def _line(node: nodes.Node) -> int:
    above: nodes.Node | None = node
    while above is not None:
        line = get_node_line(above) if isinstance(above, nodes.Element) else None
        if line:
            return int(line)
        above = above.parent
    return 0


def _short(text: str) -> str:
    return _seen(" ".join(text.split())[:80])


def _seen(text: str) -> str:
    return "".join("\N{REPLACEMENT CHARACTER}" if unseen(letter) else letter for letter in text)


class Refused(SphinxDirective):
    """A directive that reads files, or writes markup that nobody has looked at."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        _blame(self, f"The directive “{self.name}” stands in no page.",
               "write its text where it belongs.")  # fmt: skip
        return []


class OwnTable(CSVTable):
    """A table whose values stand in the page, and in no file."""

    def run(self) -> Sequence[nodes.table | nodes.system_message]:
        if "file" in self.options or "url" in self.options:
            _blame(self, "The values of the table are not in the page.",
                   "write them below the directive.")  # fmt: skip
            return []
        return super().run()


def _blame(directive: SphinxDirective | OwnTable, message: str, mend: str) -> None:
    env: BuildEnvironment = directive.state.document.settings.env
    docname = env.current_document.docname
    path = env.doc2path(docname, base=False).as_posix()
    problem = Problem(path, directive.lineno, "directive-refused", message, mend)
    archive_domain(env).blame(docname, [problem])
