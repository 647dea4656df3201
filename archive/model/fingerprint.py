"""Fingerprints: what a passage says, reduced to 64 hexadecimal digits."""

from __future__ import annotations

import hashlib
import unicodedata

# Marks that word processors exchange for one another without changing what is said.
_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
        "\u00ad": None, "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """Fold what does not change the meaning: Unicode form (NFC), quotation marks, white space.

    Citation and footnote marks are left out by the caller, which knows them from words.
    """
    folded = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(folded.split())


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised text in UTF-8, as 64 lower-case hexadecimal digits (FIPS 180-4)."""
    return hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()
