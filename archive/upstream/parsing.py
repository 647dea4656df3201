"""Reads pages as Sphinx does, with docutils' settings and the parser made once for all pages.

Replaces: ``Builder.read_doc`` and the private function that it calls; uses ``_app``, ``_registry``,
``_CurrentDocument``, and of ``sphinx.util.docutils`` ``_get_settings``, ``_READER_TRANSFORMS`` and
``_DummyWriter``.
Why: Sphinx makes docutils' option parser, with some 150 options, anew for each page, and asks it
for the same values, and MyST builds its parser from 15 plug-ins.
Upstream: upstream/sphinx-settings-once.patch has the change for the settings, with a test.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.frontend import Values
from docutils.parsers import Parser
from docutils.readers import standalone
from docutils.utils import DependencyList
from sphinx.builders import Builder
from sphinx.environment import _CurrentDocument
from sphinx.util import docutils, get_filetype
from sphinx.util.docutils import LoggingReporter, sphinx_domains
from sphinx.util.rst import default_role

from archive.upstream.memory import release
from archive.upstream.transforms import NeededTransforms, Plan


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
