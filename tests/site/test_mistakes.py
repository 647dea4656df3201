"""An editor's mistake costs no more than an edit: the next build reads what changed alone."""

from __future__ import annotations

import re

from tests.conftest import command, edit

ALPHA = "documents/alpha.md"


def build(source):
    """Build the pages; the exit code, the errors, and how many pages were read for an edit."""
    done = command(source, "build", "pages", "--talk")
    read = re.search(r"(\d+) added, (\d+) changed", done.stdout)
    return done.returncode, done.stderr, read and (int(read[1]), int(read[2]))


def test_after_a_mistake_only_its_page_is_read(small_archive):
    source = small_archive("small")
    command(source, "publish")
    assert build(source)[0] == 0
    edit(source, ALPHA, ("The third.", "The third, in other words."))
    code, told, read = build(source)
    assert (code, "anchor-altered" in told, read) == (1, True, (0, 1))
    code, told, read = build(source)  # as before: nothing was mended
    assert (code, "anchor-altered" in told, read) == (1, True, (0, 0))
    edit(source, ALPHA, ("The third, in other words.", "The third."))
    code, _told, read = build(source)
    assert (code, read) == (0, (0, 1))


def test_a_warning_of_sphinx_is_told_until_it_is_mended(small_archive):
    source = small_archive("small")
    assert build(source)[0] == 0
    edit(source, "index.md", ("See ", "See [](#nowhere-p1), "))
    for _ in range(2):
        code, told, read = build(source)
        assert (code, "nowhere-p1" in told, read) == (1, True, (0, 1))
    edit(source, "index.md", ("See [](#nowhere-p1), ", "See "))
    code, _told, read = build(source)
    assert (code, read) == (0, (0, 1))
