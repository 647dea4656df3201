"""The tests of the engine read nothing that an editor of the archive writes."""

from __future__ import annotations

import re

from tests.conftest import ROOT

TESTS = ROOT / "tests"
EDITED = r"documents|\w+\.md|references\.bib|ledger\.jsonl"
# A path from the top of the checkout.
FROM_THE_TOP = re.compile(rf'\b(?:ROOT|parents\[[12]\]|parent\.parent) / f?"({EDITED})[/"]')
# Where README's commands are held against the Makefile, the licences against the locks, and the
# guide's examples of records against their rules.
ABOUT_THE_ENGINE = {"README.md", "LICENSES.md", "CONTRIBUTING.md"}


def test_only_the_tests_of_the_holdings_read_them():
    others = [path for path in TESTS.rglob("*.py") if path.parent != TESTS / "holdings"]
    read = {(path.name, name) for path in others for name in FROM_THE_TOP.findall(path.read_text())}
    assert {each for each in read if each[1] not in ABOUT_THE_ENGINE} == set()
    assert ("test_makefile.py", "README.md") in read  # so the pattern finds what there is
