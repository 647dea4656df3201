"""A transform is left out of a page only where it would change nothing."""

from __future__ import annotations

from docutils import nodes
from docutils.transforms import Transform
from sphinx.util.docutils import new_document

from archive.features import POST_TRANSFORMS, TRANSFORMS
from archive.upstream.application import opened
from archive.upstream.transforms import NEEDS, NeededTransforms, Planned, needed

OWN = [each for each in (*TRANSFORMS, *POST_TRANSFORMS) if hasattr(each, "needs")]


def test_transforms_that_are_left_out_would_change_nothing(field_site, tmp_path):
    trees = field_site.source / "_build" / "doctrees"
    left_out = set()
    with opened(field_site.source, tmp_path / "site", trees, "html") as app:
        for docname in sorted(app.env.found_docs):
            app.env.current_document.docname = docname
            doctree = app.env.get_doctree(docname)
            kinds, before = {type(node) for node in doctree.findall()}, doctree.pformat()
            for transform in (*NEEDS, *OWN):
                if not needed(transform, kinds):
                    left_out.add(transform)
                    transform(doctree).apply()
                    assert doctree.pformat() == before, (docname, transform)
    assert left_out == {*NEEDS, *OWN}


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
        NeededTransforms(document, Planned(order)).apply_transforms()
        assert document[0]["classes"] == ["marked"]
    document = new_document("a")
    NeededTransforms(document, Planned([Marks])).apply_transforms()
    assert not document.children
