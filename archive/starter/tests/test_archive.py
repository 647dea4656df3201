"""What the archive promises: each anchor in its documents answers on the document's page."""

import re
import unittest
from pathlib import Path

from lxml import html

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"

# As anchors are written in the documents: (example-letter-p1)= or {#example-letter-p1}
ANCHOR = re.compile(r"^(?:\(([a-z0-9-]+)\)=|\{#([a-z0-9-]+)\})$", re.MULTILINE)


class Anchors(unittest.TestCase):
    """Each document of the archive, and the page that was built of it."""

    def test_each_anchor_answers_on_the_page_of_its_document(self) -> None:
        documents = [path for path in (ROOT / "documents").glob("*.md") if path.stem != "index"]
        self.assertTrue(documents, "there is no document")
        for document in documents:
            written = {one or two for one, two in ANCHOR.findall(document.read_text("utf-8"))}
            page = html.parse(str(SITE / "documents" / f"{document.stem}.html"))
            with self.subTest(document=document.stem):
                self.assertTrue(written, "it has no anchor")
                self.assertLessEqual(written, set(page.xpath("//@id")))


if __name__ == "__main__":
    unittest.main()
