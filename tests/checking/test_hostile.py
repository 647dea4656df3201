"""Texts that were made to take long, or to break the check, take no longer than others."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from archive.checking.copy import Copy
from archive.checking.engine import MOST_FOUND, check

COPY = Copy(Path(__file__).parent / "site")
LONG = os.environ.get("ARCHIVE_LONG") == "1"
# What is quadratic takes ten seconds for so many characters, and days for so many.
SIZE = 2_000_000 if LONG else 12_000
SECONDS = 60 if LONG else 3  # of the processor

SAID = "The keeper of a lamp writes down each ship that passes, and shows the book to anyone. "
TEXTS = {
    "txt": (
        "the Charter of the Lamps, x 4 ",
        "“", '"', " 'a", "“a ”", "„a", "documents/", "a-", "0123456789abcdef", "Lamp Charter, ",
        "(", "(Council of Harbours, 2021", "x'", "lamp-\n", "灯", "「灯塔」", ". ",
        "https%3A%2F%2F", f"“{SAID.replace('keeper', 'clerk')}” ", f"“{SAID}” ",
        "“keeper [x] of … a [y] lamp ” ", "“keeper of a lamp writes down " + "[x] … " * 600 + "”",
        "documents/lamp-charter.html#:~:text=keeper,of,a,lamp ",
    ),
    "md": ("[", "[a](", "![a](b", "*_", "> a\n", "[^a]", "<http:", "```\n"),
    "html": ("<div>", "<q>", "<blockquote>", "<a href=x>", "<b>a</b>", "<", "&quot;", "<p data-x="),
}  # fmt: skip
CASES = [(form, text) for form, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("form", "text"), CASES, ids=[text[:20] for _form, text in CASES])
def test_a_hostile_text_takes_no_longer_than_another(form, text):
    begin = time.process_time()
    check(text * (SIZE // len(text) or 1), COPY, form=form)
    assert time.process_time() - begin < SECONDS


@pytest.mark.skipif(not LONG, reason="so many take long")
def test_a_text_has_so_many_findings_at_most_and_says_that_it_has_more():
    found = check("“so-called” " * (MOST_FOUND + 9), COPY)
    assert len(found) == MOST_FOUND + 1
    assert found[-1].note == "much"
