"""Notes what a page refers to before anything resolves it: Sphinx and MyST do so by themselves."""

from __future__ import annotations

from sphinx.transforms.post_transforms import SphinxPostTransform

from archive.site.know.view import view_of
from archive.site.read.anchors import mentioned

_FACTS = {"label": ("label", "title"), "term": ("term",), "reference": ("work",)}


class NoteReferences(SphinxPostTransform):
    """Notes each label, title, term and work that a page shows by a link to it."""

    default_priority = 3  # before MyST resolves references, at 9, and Sphinx, at 10

    def run(self, **kwargs: object) -> None:
        view = view_of(self.env)
        for mention in mentioned(self.document):
            for kind in _FACTS[mention.kind]:
                view.note(kind, mention.target)
