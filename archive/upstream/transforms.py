"""Reads pages, and runs their transforms without those that find nothing to change.

Replaces: ``Transformer.apply_transforms``, and ``BuildEnvironment.apply_post_transforms`` with what
``get_and_resolve_doctree`` does after it; uses ``_registry``.
Why: some 60 transforms read a page and 40 write it.  Most of them are for nodes that few pages
have, such as code, images and aliases of C functions, and each goes through the whole page to find
none.
Constraint: ``NEEDS``, and ``needs`` of the archive's own, name the nodes without which a transform
does nothing.  A transform that names none always runs.
Upstream: none reported yet; docutils has no way for a transform to say what it is for.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.frontend import Values
from docutils.parsers import Parser
from docutils.readers import standalone
from docutils.transforms import Transform
from docutils.utils import DependencyList
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.domains import c, cpp
from sphinx.environment import _CurrentDocument
from sphinx.transforms import SphinxTransformer
from sphinx.util import docutils, get_filetype
from sphinx.util.docutils import LoggingReporter, sphinx_domains
from sphinx.util.rst import default_role
from sphinxcontrib.bibtex.nodes import bibliography

from archive.upstream.application import release

Kinds = tuple[type, ...]  # of nodes, or what nodes inherit from

# The nodes that a transform of others is for, by its name: only some builders load it.
NEEDS: Mapping[str, Kinds] = {
    # Reading.
    "docutils.transforms.references.Substitutions": (nodes.substitution_reference,),
    "sphinx.builders.latex.transforms.FootnoteDocnameUpdater": (
        nodes.footnote, nodes.footnote_reference,
    ),
    "sphinx.domains.c.AliasTransform": (c.AliasNode,),
    "sphinx.domains.citation.CitationDefinitionTransform": (nodes.citation,),
    "sphinx.domains.citation.CitationReferenceTransform": (nodes.citation_reference,),
    "sphinx.domains.cpp.AliasTransform": (cpp.AliasNode,),
    "sphinx.transforms.AutoIndexUpgrader": (addnodes.index,),
    "sphinx.transforms.DefaultSubstitutions": (nodes.substitution_reference,),
    "sphinx.transforms.DoctestTransform": (nodes.doctest_block, nodes.literal_block),
    "sphinx.transforms.FilterSystemMessages": (nodes.system_message,),
    "sphinx.transforms.GlossarySorter": (addnodes.glossary,),
    "sphinx.transforms.HandleCodeBlocks": (nodes.block_quote,),
    "sphinx.transforms.ReorderConsecutiveTargetAndIndexNodes": (addnodes.index,),
    "sphinx.transforms.i18n.PreserveTranslatableMessages": (addnodes.translatable,),
    "sphinx.transforms.i18n.RemoveTranslatableInline": (addnodes.desc,),
    # Writing.
    "furo.WrapTableAndMathInAContainerTransform": (nodes.table, nodes.math_block),
    "sphinx.transforms.post_transforms.OnlyNodeTransform": (addnodes.only,),
    "sphinx.transforms.post_transforms.PropagateDescDomain": (addnodes.desc_signature,),
    "sphinx.transforms.post_transforms.ReferencesResolver": (addnodes.pending_xref,),
    "sphinx.transforms.post_transforms.code.HighlightLanguageTransform": (
        nodes.literal_block, addnodes.highlightlang,
    ),
    "sphinx.transforms.post_transforms.code.TrimDoctestFlagsTransform": (
        nodes.literal_block, nodes.doctest_block,
    ),
    "sphinx.transforms.post_transforms.images.DataURIExtractor": (nodes.image,),
    "sphinx.transforms.post_transforms.images.ImageDownloader": (nodes.image,),
    "sphinxcontrib.bibtex.transforms.BibliographyTransform": (bibliography,),
}  # fmt: skip


def made_for(builder: Builder, found: Iterable[type[Transform]]) -> Iterator[type[Transform]]:
    """Yield the transforms that do not leave out what this builder writes."""
    for each in found:
        builders: tuple[str, ...] = getattr(each, "builders", ())
        formats: tuple[str, ...] = getattr(each, "formats", ())
        if (builder.name in builders or not builders) and (
            builder.format in formats or not formats
        ):
            yield each


def name_of(transform: type[Transform]) -> str:
    return f"{transform.__module__}.{transform.__name__}"


class Plan:
    """Transforms in the order of their priorities, sorted once for all pages."""

    def __init__(self, *groups: Iterable[type[Transform]]) -> None:
        found = list(chain(*groups))
        self.order: list[tuple[str, type[Transform], None, dict[str, Any]]] = sorted(
            (
                (f"{each.default_priority:03d}-{number:03d}", each, None, {})
                for number, each in enumerate(found, start=1)
            ),
            reverse=True,  # docutils takes the last one first
        )
        self.needs: dict[type[Transform], Kinds] = {
            each: kinds
            for each in found
            if (kinds := NEEDS.get(name_of(each)) or getattr(each, "needs", None))
        }


class NeededTransforms(SphinxTransformer):
    """Sphinx's transformer, which runs those of the planned transforms that a page needs."""

    def __init__(self, document: nodes.document, plan: Plan) -> None:
        super().__init__(document)
        self.transforms = list(plan.order)
        self.serialno = len(plan.order)
        self.sorted = True
        self._needs = plan.needs

    def apply_transforms(self) -> None:
        document, kinds = self.document, frozenset[type]()
        document.reporter.attach_observer(document.note_transform_message)
        while self.transforms:
            if not self.sorted:  # a transform has added others
                self.transforms.sort(reverse=True)
                self.sorted = True
            priority, transform, pending, arguments = self.transforms.pop()
            if (needs := self._needs.get(transform)) is not None:
                kinds = kinds or kinds_in(document)
                if not any(issubclass(kind, needs) for kind in kinds):
                    continue
            transform(document, startnode=pending).apply(**arguments)
            self.applied.append((priority, transform, pending, arguments))
            kinds = frozenset()
        document.reporter.detach_observer(document.note_transform_message)


def kinds_in(document: nodes.document) -> frozenset[type]:
    """Return the classes of all nodes of a page."""
    found: set[type] = {type(document)}
    waiting: list[nodes.Node] = [document]
    while waiting:
        if children := waiting.pop().children:
            found.update(map(type, children))
            waiting += children
    return frozenset(found)


def resolve(doctree: nodes.document, docname: str, builder: Builder, plan: Plan) -> None:
    """Complete a page for writing: its references, its toctrees, all that post-transforms add."""
    env = builder.env
    before = env.current_document
    env.current_document = deepcopy(before)
    env.current_document.docname = docname
    try:
        transformer = NeededTransforms(doctree, plan)
        transformer.set_environment(env)
        transformer.apply_transforms()
    finally:
        env.current_document = before
    env.events.emit("doctree-resolved", doctree, docname)
    for toctree in doctree.findall(addnodes.toctree) if docname in env.toctree_includes else ():
        shown = env.resolve_toctree(docname, builder, toctree, prune=True)
        if shown is None:
            toctree.parent.replace(toctree, [])
        else:
            toctree.replace_self(shown)


# --- Reads pages as Sphinx does, with docutils' settings and the parser made once for all pages.
#
# Replaces: ``Builder.read_doc`` and the private function that it calls; uses ``_app``,
# ``_registry``, ``_CurrentDocument``, and of ``sphinx.util.docutils`` ``_get_settings``,
# ``_READER_TRANSFORMS``   and ``_DummyWriter``.
# Why: Sphinx makes docutils' option parser, with some 150 options, anew for each page, and asks it
# for the same values, and MyST builds its parser from 15 plug-ins.
# Upstream: upstream/sphinx-settings-once.patch has the change for the settings, with a test.


class PageReader(Builder):
    """A builder that reads each page at the cost of its own words."""

    def init(self) -> None:
        super().init()
        self.begin_reading()

    def begin_reading(self) -> None:
        """Forget the settings, which ``docutils.conf`` may have changed."""
        self._parsers: dict[str, Parser] = {}
        self._plans: dict[Parser, Plan] = {}
        self._known_settings: dict[Parser, tuple[dict[str, Any], Values]] = {}

    def read_doc(self, docname: str, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Read a page, and keep its node tree on disk alone."""
        env = self.env
        env.prepare_settings(docname)
        if (self.confdir / "docutils.conf").is_file():
            env.note_dependency(self.confdir / "docutils.conf")
        path = env.doc2path(docname)
        doctree = self._parsed(path, path.read_text(encoding=env.settings["input_encoding"]))
        env.all_docs[docname] = time.time_ns() // 1_000
        env.current_document = _CurrentDocument()
        env.ref_context.clear()
        self.write_doctree(docname, doctree, _cache=False)
        env._pickled_doctree_cache.pop(docname, None)  # which get_doctree fills
        release(doctree)

    def _parsed(self, path: Path, content: str) -> nodes.document:
        """Return the node tree of the page being read, after all transforms."""
        env = self.env
        parser = self._parser_of(path)
        env.current_document._parser = parser
        document = self._new_document(path, parser)
        with self._roles_of(env.current_document.docname):
            source = [content]
            self.events.emit("source-read", env.current_document.docname, source)
            parser.parse(source[0], document)
            document.current_source = document.current_line = None
            document.transformer.apply_transforms()
        return document

    def _parser_of(self, path: Path) -> Parser:
        kind = get_filetype(self.config.source_suffix, path)
        if kind not in self._parsers:
            self._parsers[kind] = self._registry.create_source_parser(
                kind, config=self.config, env=self.env
            )
        return self._parsers[kind]

    def _new_document(self, path: Path, parser: Parser) -> nodes.document:
        settings = self._settings_of(parser)
        settings._source = str(path)
        reporter = LoggingReporter(
            source=str(path), report_level=settings.report_level, halt_level=settings.halt_level,
            debug=settings.debug, error_handler=settings.error_encoding_error_handler,
        )  # fmt: skip
        document = nodes.document(settings, reporter, source=str(path))
        document.note_source(str(path), -1)
        document.transformer = transformer = NeededTransforms(document, self._plan_of(parser))
        if hasattr(docutils, "_DummyWriter"):  # from Sphinx 9.1
            transformer.components["writer"] = docutils._DummyWriter()  # type: ignore[index]
        return document

    def _plan_of(self, parser: Parser) -> Plan:
        if parser not in self._plans:
            self._plans[parser] = Plan(
                docutils._READER_TRANSFORMS, self._registry.get_transforms(),
                parser.get_transforms(),
            )  # fmt: skip
        return self._plans[parser]

    def _settings_of(self, parser: Parser) -> Values:
        """Return docutils' settings for one page, as the environment has them now."""
        given = {"traceback": True, **self.env.settings}
        known, settings = self._known_settings.get(parser, (None, None))
        if known != given or settings is None:
            settings = docutils._get_settings(
                standalone.Reader, parser, defaults=given, read_config_files=True
            )
            self._known_settings[parser] = given, settings
        own = settings.copy()
        own.record_dependencies = DependencyList()
        return own

    @contextmanager
    def _roles_of(self, docname: str) -> Iterator[None]:
        """Let a page use roles and directives of domains, and the default role."""
        with sphinx_domains(self.env):
            if not self.config.default_role:
                yield
                return
            with default_role(docname, self.config.default_role):
                yield
