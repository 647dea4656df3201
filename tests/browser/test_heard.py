"""A passage is spoken by a speech engine: exact words are told from a paraphrase by ear.

Screen readers leave typographic marks of quotation to the engine, which makes a pause of the first
at most.  So the words “quote” and “end quote” stand in the accessibility tree.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape

import pytest

from tests.browser.pages import DOCUMENT, W3
from tests.browser.speech import spoken

QUOTED = "a grave threat to island gardens"


def phonemes(words: str) -> str:
    """What espeak-ng, the engine of NVDA and of Orca, says of words, without stress and pauses."""
    done = subprocess.run(
        ["espeak-ng", "-q", "-x", "-v", "en"], input=words, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return re.sub(r"[\s',_:]", "", done.stdout)


def test_where_the_exact_words_begin_and_end_is_heard(page, address):
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed (Debian: espeak-ng)")
    page.goto(f"{address}/{DOCUMENT}")
    told = spoken(page, f"#{W3}")
    said = re.sub(r"\[\w+(?: \d)?:? ?“?([^\]”]*)”?\]", r"\1", unescape(told))
    assert f"quote “{QUOTED}” end quote" in said
    passage = phonemes(said)
    assert phonemes(f"quote {QUOTED} end quote") in passage
    # Its marks alone say nothing.
    assert phonemes(f"“{QUOTED}”") == phonemes(QUOTED)
