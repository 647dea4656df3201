"""Fingerprints: the SHA-256 of what a passage says."""

from __future__ import annotations

import hashlib
import unicodedata

# Characters that word processors replace or add without changing what is said.
_FOLDED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
        "\u00ad": None, "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip


def normalise(text: str) -> str:
    """Fold differences without meaning: Unicode form (NFC), quotation marks, white space.

    The caller leaves out citation and footnote marks.
    """
    folded = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return " ".join(folded.split())


def fingerprint(text: str) -> str:
    """SHA-256 of the normalised text in UTF-8, as 64 lower-case hexadecimal digits (FIPS 180-4)."""
    return hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()
