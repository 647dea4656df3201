"""How print treats each class of nodes: drawn, skipped on purpose, or refused.

A node of a class that no table lists makes its page an error, so that no text is lost unseen.
"""

from __future__ import annotations

from collections.abc import Mapping

from docutils import nodes
from sphinx import addnodes

from archive.pdf import blocks, inline
from archive.pdf.inline import Draw
from archive.site import (
    clauses,
    held_in_part,
    item_mark,
    not_held,
    passage_label,
    placeholder,
    quotation,
    record_card,
    redacted,
    signatories,
    speaker,
    tombstone,
)
from archive.site.show.drawings import drawing
from archive.site.show.made import cite_link
from archive.site.show.relations import origin_link, taken_up_by
from archive.upstream.markdown import line_break, struck

_ADMONITIONS = (
    nodes.admonition, nodes.attention, nodes.caution, nodes.danger, nodes.error, nodes.hint,
    nodes.important, nodes.note, nodes.sidebar, nodes.tip, nodes.topic, nodes.warning,
    addnodes.seealso,
)  # fmt: skip

# Of these the children alone are drawn.
_PLAIN = (
    nodes.abbreviation, nodes.acronym, nodes.citation_reference, nodes.compound, nodes.container,
    nodes.generated, nodes.inline, nodes.term, addnodes.acks, addnodes.compact_paragraph,
    addnodes.glossary, addnodes.hlist, addnodes.hlistcol, addnodes.versionmodified, quotation,
)  # fmt: skip

_EMPHASIS = (
    nodes.emphasis, nodes.title_reference, addnodes.literal_emphasis, addnodes.manpage
)  # fmt: skip
_HEADS = (nodes.caption, nodes.rubric, nodes.subtitle, addnodes.centered)

DRAWN: Mapping[type[nodes.Node], Draw] = {
    **dict.fromkeys(_PLAIN, inline.plain),
    **dict.fromkeys(_ADMONITIONS, blocks.admonition),
    **dict.fromkeys(_EMPHASIS, inline.wrapped("emph")),
    **dict.fromkeys(_HEADS, blocks.called("block-title")),
    # Inline nodes.
    nodes.footnote_reference: blocks.footnote_reference,
    nodes.image: inline.image,
    nodes.literal: inline.literal,
    nodes.math: inline.math,
    nodes.reference: inline.reference,
    nodes.strong: inline.wrapped("strong"),
    nodes.subscript: inline.wrapped("sub"),
    nodes.superscript: inline.wrapped("super"),
    line_break: inline.line_break,
    origin_link: inline.origin,
    struck: inline.wrapped("struck"),
    redacted: inline.wrapped("redacted"),
    speaker: inline.wrapped("speaker"),
    addnodes.download_reference: inline.download,
    addnodes.literal_strong: inline.wrapped("strong"),
    addnodes.number_reference: inline.reference,
    passage_label: inline.passage_label,
    # Blocks.
    nodes.block_quote: blocks.block_quote,
    nodes.citation: blocks.citation,
    nodes.doctest_block: blocks.literal_block,
    nodes.figure: blocks.figure,
    nodes.footnote: blocks.footnote,
    nodes.line: blocks.line,
    nodes.line_block: blocks.line_block,
    nodes.literal_block: blocks.literal_block,
    nodes.math_block: blocks.math_block,
    nodes.paragraph: blocks.paragraph,
    nodes.section: blocks.section,
    nodes.title: blocks.title,
    nodes.transition: blocks.transition,
    clauses: blocks.clauses,
    drawing: blocks.drawing,
    held_in_part: blocks.called("held-in-part"),
    not_held: blocks.called("not-held"),
    record_card: blocks.record_card,
    signatories: blocks.signatories,
    tombstone: blocks.called("tombstone"),
    # Lists and tables.
    nodes.bullet_list: blocks.bullet_list,
    nodes.classifier: blocks.classifier,
    nodes.definition_list: blocks.listed("definition-list"),
    nodes.definition_list_item: blocks.definition_list_item,
    nodes.entry: blocks.entry,
    nodes.enumerated_list: blocks.enumerated_list,
    nodes.field: blocks.field,
    nodes.field_list: blocks.listed("field-list"),
    nodes.list_item: blocks.list_item,
    nodes.option_list: blocks.listed("definition-list"),
    nodes.option_list_item: blocks.option_list_item,
    nodes.table: blocks.table,
}

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
    cite_link, item_mark, placeholder, taken_up_by,
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

TABLE: Mapping[type[nodes.Node], Draw] = {
    **DRAWN,
    **dict.fromkeys(SKIPPED, inline.unprinted),
    nodes.raw: inline.raw,  # skips comments and refuses the rest
}
