"""Refuses markup that runs code, loads from other hosts, or reads files outside the archive.

A page holds text, links and images.  Everything else is reported with file and line and removed,
so that no page has it even if the build continues after errors.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst.directives.tables import CSVTable
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import get_image_filename_for_language
from sphinx.util.nodes import get_node_line

from archive.model.characters import unseen, unseen_problem
from archive.model.problem import Problem
from archive.site.know.domain import archive_domain, path_being_read
from archive.site.read.assets import refused_download, refused_image
from archive.site.read.files import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.environment import BuildEnvironment

    # Rule, message and mend of a refused node.
    Finding = tuple[str, str, str]

SCHEMES = frozenset({"", "http", "https", "mailto"})

# The characters that browsers remove from an address before they parse it (URL Standard, 4.4).
_REMOVED = dict.fromkeys(range(32))

# Directives that can read any file or write any markup.
DIRECTIVES = ("include", "literalinclude", "meta", "raw")


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
        for comment in list(self.document.findall(_is_comment)):
            _remove(comment)
        for node in list(self.document.findall()):
            finding = _finding(node, self.env)
            if finding is not None:
                problems.append(Problem(path, _line(node), *finding))
                _remove(node)
        archive_domain(self.env).add_faults(self.env.current_document.docname, problems)


def _is_comment(node: nodes.Node) -> bool:
    """Whether a node of raw HTML is a single comment."""
    text = node.astext().strip() if isinstance(node, nodes.raw) else ""
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
        env.note_dependency(relative)
        found = refused_image(path) if what == "image" else refused_download(path)
        return found and (found[0], _visible(found[1]), found[2])
    return (
        "file-outside", f"The {what} “{_short(name)}” is not in the archive's folder.",
        "put a copy of the file into the archive and name that.",
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


def _line(node: nodes.Node) -> int:
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
        _report(self, f"The directive “{self.name}” is not allowed in pages.",
                "write its text in the page itself.")  # fmt: skip
        return []


class InlineCSVTable(CSVTable):
    """The directive ``csv-table`` with its values in the page; refuses files and addresses."""

    def run(self) -> Sequence[nodes.table | nodes.system_message]:
        if "file" in self.options or "url" in self.options:
            _report(self, "The values of the table are not in the page.",
                    "write them below the directive.")  # fmt: skip
            return []
        return super().run()


def _report(directive: SphinxDirective | InlineCSVTable, message: str, mend: str) -> None:
    env: BuildEnvironment = directive.state.document.settings.env
    problem = Problem(path_being_read(env), directive.lineno, "directive-refused", message, mend)
    archive_domain(env).add_faults(env.current_document.docname, [problem])
