"""How print treats each class of nodes: drawn, skipped on purpose, or refused.

A node of a class that no table lists makes its page an error, so that no text is lost unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from archive.pdf import blocks, figures, inline, lists
from archive.site.nodes import passage_label, placeholder, quotation, record_card, tombstone
from archive.site.show.drawings import drawing
from archive.site.show.panels import passage_panel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archive.pdf.pen import Draw

_INLINE: Mapping[type[nodes.Node], Draw] = {
    nodes.abbreviation: inline.plain,
    nodes.acronym: inline.plain,
    nodes.citation_reference: inline.plain,
    nodes.emphasis: inline.wrapped("emph"),
    nodes.footnote_reference: blocks.footnote_reference,
    nodes.generated: inline.plain,
    nodes.image: figures.image,
    nodes.inline: inline.plain,
    nodes.literal: inline.literal,
    nodes.math: figures.math,
    nodes.reference: inline.reference,
    nodes.strong: inline.wrapped("strong"),
    nodes.subscript: inline.wrapped("sub"),
    nodes.superscript: inline.wrapped("super"),
    nodes.title_reference: inline.wrapped("emph"),
    addnodes.download_reference: inline.download,
    addnodes.literal_emphasis: inline.wrapped("emph"),
    addnodes.literal_strong: inline.wrapped("strong"),
    addnodes.manpage: inline.wrapped("emph"),
    addnodes.number_reference: inline.reference,
    quotation: inline.plain,
    passage_label: inline.unprinted,  # the pen draws it beside its block
}

_BLOCKS: Mapping[type[nodes.Node], Draw] = {
    nodes.block_quote: blocks.block_quote,
    nodes.caption: blocks.rubric,
    nodes.citation: blocks.citation,
    nodes.compound: inline.plain,
    nodes.container: inline.plain,
    nodes.doctest_block: blocks.literal_block,
    nodes.figure: figures.figure,
    nodes.footnote: blocks.footnote,
    nodes.line: blocks.line,
    nodes.line_block: blocks.line_block,
    nodes.literal_block: blocks.literal_block,
    nodes.math_block: figures.math_block,
    nodes.paragraph: blocks.paragraph,
    nodes.rubric: blocks.rubric,
    nodes.section: blocks.section,
    nodes.subtitle: blocks.rubric,
    nodes.table: lists.table,
    nodes.entry: lists.entry,
    nodes.title: blocks.title,
    nodes.transition: blocks.transition,
    addnodes.centered: blocks.rubric,
    addnodes.compact_paragraph: inline.plain,
    addnodes.versionmodified: inline.plain,
    tombstone: blocks.tombstone,
    drawing: figures.drawing,
}

_LISTS: Mapping[type[nodes.Node], Draw] = {
    nodes.bullet_list: lists.bullet_list,
    nodes.classifier: lists.classifier,
    nodes.definition_list: lists.definition_list,
    nodes.definition_list_item: lists.definition_list_item,
    nodes.enumerated_list: lists.enumerated_list,
    nodes.field: lists.field,
    nodes.field_list: lists.field_list,
    nodes.list_item: lists.list_item,
    nodes.option_list: lists.definition_list,
    nodes.option_list_item: lists.option_list_item,
    nodes.term: inline.plain,
    addnodes.acks: inline.plain,
    addnodes.glossary: inline.plain,
    addnodes.hlist: inline.plain,
    addnodes.hlistcol: inline.plain,
    record_card: lists.record_card,
}

_ADMONITIONS: Mapping[type[nodes.Node], Draw] = dict.fromkeys(
    (
        nodes.admonition, nodes.attention, nodes.caution, nodes.danger, nodes.error, nodes.hint,
        nodes.important, nodes.note, nodes.sidebar, nodes.tip, nodes.topic, nodes.warning,
        addnodes.seealso,
    ),
    blocks.admonition,
)  # fmt: skip

# Drawn together with their parents.
PARTS = frozenset({
    nodes.attribution, nodes.colspec, nodes.definition, nodes.description, nodes.field_body,
    nodes.field_name, nodes.label, nodes.legend, nodes.option, nodes.option_argument,
    nodes.option_group, nodes.option_string, nodes.row, nodes.tbody, nodes.tgroup, nodes.thead,
    nodes.document, nodes.Text,
})  # fmt: skip

# Without a form in HTML too, or for screens alone.
SKIPPED = frozenset({
    nodes.comment, nodes.meta, nodes.substitution_definition, nodes.target,
    addnodes.highlightlang, addnodes.index, addnodes.tabular_col_spec, addnodes.toctree,
    passage_panel, placeholder,
})  # fmt: skip

_OTHER_FORM = (
    "it is written for one form of output only. "
    "To mend: write it in Markdown, which all forms have."
)
_UNFINISHED = "something before it failed. To mend: mend the error told above."
_NOT_ARCHIVAL = (
    "it belongs to another kind of book. To mend: use a section, a list or a table instead."
)

# Sphinx's descriptions of program code.
_DESCRIPTIONS = (
    addnodes.desc, addnodes.desc_addname, addnodes.desc_annotation, addnodes.desc_classname,
    addnodes.desc_content, addnodes.desc_inline, addnodes.desc_name, addnodes.desc_optional,
    addnodes.desc_parameter, addnodes.desc_parameterlist, addnodes.desc_returns,
    addnodes.desc_sig_element, addnodes.desc_signature, addnodes.desc_signature_line,
    addnodes.desc_type, addnodes.desc_type_parameter, addnodes.desc_type_parameter_list,
    *addnodes.SIG_ELEMENTS,
)  # fmt: skip

# reStructuredText's bibliographic fields, for which a document has its record.
_BIBLIOGRAPHIC = (
    nodes.address, nodes.author, nodes.authors, nodes.contact, nodes.copyright, nodes.date,
    nodes.docinfo, nodes.organization, nodes.revision, nodes.status, nodes.version,
)  # fmt: skip

REFUSED: Mapping[type[nodes.Node], str] = {
    **dict.fromkeys((nodes.raw, addnodes.only), _OTHER_FORM),
    **dict.fromkeys(
        (nodes.pending, nodes.problematic, nodes.system_message, nodes.substitution_reference,
         addnodes.pending_xref, addnodes.pending_xref_condition, addnodes.start_of_file),
        _UNFINISHED,
    ),
    **dict.fromkeys(
        (nodes.decoration, nodes.footer, nodes.header, addnodes.production,
         addnodes.productionlist, *_BIBLIOGRAPHIC, *_DESCRIPTIONS),
        _NOT_ARCHIVAL,
    ),
}  # fmt: skip

DRAWN: Mapping[type[nodes.Node], Draw] = {**_INLINE, **_BLOCKS, **_LISTS, **_ADMONITIONS}

TABLE: Mapping[type[nodes.Node], Draw] = {
    **DRAWN,
    **dict.fromkeys(SKIPPED, inline.unprinted),
    nodes.raw: inline.raw,  # skips comments and refuses the rest
}
