"""A transform is left out of a page only where it would change nothing."""

from __future__ import annotations

from docutils import nodes
from docutils.transforms import Transform
from sphinx.util.docutils import _READER_TRANSFORMS, new_document

from archive.upstream.application import opened
from archive.upstream.markdown import ArchiveParser
from archive.upstream.transforms import NEEDS, NeededTransforms, Plan, kinds_in, name_of


def test_transforms_that_are_left_out_would_change_nothing(field_site, tmp_path):
    trees, left_out = field_site.source / "_build" / "doctrees", set()
    with opened(field_site.source, tmp_path / "site", trees, "html") as app:
        read = (_READER_TRANSFORMS, app.registry.get_transforms(), ArchiveParser().get_transforms())
        plan = Plan(*read, app.registry.get_post_transforms())
        for docname in sorted(app.env.found_docs):
            app.env.current_document.docname = docname
            doctree = app.env.get_doctree(docname)
            kinds, before = kinds_in(doctree), doctree.pformat()
            for transform, needs in plan.needs.items():
                if not any(issubclass(kind, needs) for kind in kinds):
                    left_out.add(transform)
                    transform(doctree).apply()
                    assert doctree.pformat() == before, (docname, transform)
    assert left_out == plan.needs.keys()
    assert NEEDS.keys() <= set(map(name_of, left_out))  # the names are those of transforms


class Makes(Transform):
    default_priority = 1

    def apply(self):
        self.document += nodes.paragraph("", "made")


class Marks(Transform):
    default_priority = 2
    needs = (nodes.paragraph,)

    def apply(self):
        for node in self.document.findall(nodes.paragraph):
            node["classes"].append("marked")


def test_a_transform_runs_where_one_before_it_made_what_it_needs():
    for order in ((Makes, Marks), (Marks, Makes)):
        document = new_document("a")
        NeededTransforms(document, Plan(order)).apply_transforms()
        assert document[0]["classes"] == ["marked"]
    document = new_document("a")
    NeededTransforms(document, Plan([Marks])).apply_transforms()
    assert not document.children
