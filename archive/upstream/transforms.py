"""Runs the transforms of a page, and leaves out those that find nothing to change.

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

from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import chain
from typing import Any

import furo
from docutils import nodes
from docutils.transforms import Transform, references, universal, writer_aux
from sphinx import addnodes, transforms
from sphinx.builders import Builder
from sphinx.builders.latex.transforms import FootnoteDocnameUpdater
from sphinx.domains import c, citation, cpp
from sphinx.transforms import SphinxTransformer, i18n, post_transforms
from sphinx.transforms.post_transforms import code, images
from sphinxcontrib.bibtex.nodes import bibliography
from sphinxcontrib.bibtex.transforms import BibliographyTransform

Kinds = tuple[type, ...]  # of nodes, or what nodes inherit from

# The nodes that a transform of others is for.
NEEDS: Mapping[type[Transform], Kinds] = {
    # Reading.
    FootnoteDocnameUpdater: (nodes.footnote, nodes.footnote_reference),
    c.AliasTransform: (c.AliasNode,),
    citation.CitationDefinitionTransform: (nodes.citation,),
    citation.CitationReferenceTransform: (nodes.citation_reference,),
    cpp.AliasTransform: (cpp.AliasNode,),
    i18n.PreserveTranslatableMessages: (addnodes.translatable,),
    i18n.RemoveTranslatableInline: (addnodes.desc,),
    references.Substitutions: (nodes.substitution_reference,),
    transforms.AutoIndexUpgrader: (addnodes.index,),
    transforms.DefaultSubstitutions: (nodes.substitution_reference,),
    transforms.DoctestTransform: (nodes.doctest_block, nodes.literal_block),
    transforms.FilterSystemMessages: (nodes.system_message,),
    transforms.GlossarySorter: (addnodes.glossary,),
    transforms.HandleCodeBlocks: (nodes.block_quote,),
    transforms.ReorderConsecutiveTargetAndIndexNodes: (addnodes.index,),
    universal.FilterMessages: (nodes.system_message,),
    writer_aux.Admonitions: (nodes.Admonition,),
    # Writing.
    BibliographyTransform: (bibliography,),
    code.HighlightLanguageTransform: (nodes.literal_block, addnodes.highlightlang),
    code.TrimDoctestFlagsTransform: (nodes.literal_block, nodes.doctest_block),
    furo.WrapTableAndMathInAContainerTransform: (nodes.table, nodes.math_block),
    images.DataURIExtractor: (nodes.image,),
    images.ImageDownloader: (nodes.image,),
    post_transforms.OnlyNodeTransform: (addnodes.only,),
    post_transforms.PropagateDescDomain: (addnodes.desc_signature,),
    post_transforms.ReferencesResolver: (addnodes.pending_xref,),
}


def needed(transform: type[Transform], kinds: Iterable[type]) -> bool:
    """Whether a transform has something to do in a page with these kinds of nodes."""
    wanted = NEEDS.get(transform) or getattr(transform, "needs", None)
    return wanted is None or any(issubclass(kind, wanted) for kind in kinds)


class Planned:
    """Transforms in the order of their priorities, sorted once for all pages."""

    def __init__(self, *groups: Iterable[type[Transform]]) -> None:
        numbered = enumerate(chain(*groups), start=1)
        self.order: list[tuple[str, type[Transform], None, dict[str, Any]]] = sorted(
            ((f"{each.default_priority:03d}-{number:03d}", each, None, {})
             for number, each in numbered),
            reverse=True,  # docutils takes the last one first
        )  # fmt: skip


class NeededTransforms(SphinxTransformer):
    """Sphinx's transformer, which runs the planned transforms that a page needs."""

    def __init__(self, document: nodes.document, plan: Planned) -> None:
        super().__init__(document)
        self.transforms = list(plan.order)
        self.serialno = len(plan.order)
        self.sorted = True

    def apply_transforms(self) -> None:
        document, kinds = self.document, frozenset[type]()
        document.reporter.attach_observer(document.note_transform_message)
        while self.transforms:
            if not self.sorted:  # a transform has added others
                self.transforms.sort(reverse=True)
                self.sorted = True
            priority, transform, pending, arguments = self.transforms.pop()
            if transform in NEEDS or hasattr(transform, "needs"):
                kinds = kinds or _kinds(document)
                if not needed(transform, kinds):
                    continue
            transform(document, startnode=pending).apply(**arguments)
            self.applied.append((priority, transform, pending, arguments))
            kinds = frozenset()
        document.reporter.detach_observer(document.note_transform_message)


def _kinds(document: nodes.document) -> frozenset[type]:
    found: set[type] = set()
    waiting: list[nodes.Node] = [document]
    while waiting:
        node = waiting.pop()
        found.add(type(node))
        waiting.extend(node.children)
    return frozenset(found)


def resolve(doctree: nodes.document, docname: str, builder: Builder, plan: Planned) -> None:
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
