"""Random damages to copies whose manifest was made anew: each is found, or of a kind listed here.

A damage replaces a letter, takes some out or puts a word in, anywhere in a file.  What may go
unfound is what no line of the ledger covers, and ``verify`` says so: ``UNPROVED`` names each kind,
with the reason.  A damage that shows no reader anything else than before counts as none.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from copy import copy
from pathlib import Path

import pytest

from archive.preservation import ledger
from archive.preservation.proof import Proof, order, wants
from archive.preservation.scripts import shipped_scripts
from tests.conftest import ROOT

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def damaged(text: str, chance: random.Random) -> str:
    """Another text: one that a person would read otherwise, or a program."""
    places = [found.start() for found in re.finditer(r"\w", text)]
    at = chance.choice(places)
    match chance.randrange(3):
        case 0:
            letter = chance.choice([each for each in LETTERS if each != text[at]])
            return text[:at] + letter + text[at + 1 :]
        case 1:
            return text[:at] + text[at + chance.randrange(1, 12) :]
    return f"{text[:at]}not {text[at:]}"
