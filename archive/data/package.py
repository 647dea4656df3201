"""The data of the archive as a data package (datapackage.org, version 2), for clients that know it.

Its resources are files and no tables: their rows have lists and objects, and members that others
lack, which a client of tables refuses (frictionless 5.21).  Hashes are those of the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from archive.data.dumps import FULL_TEXT, PASSAGES, SCHEMAS, WORKS
from archive.model.settings import Settings
from archive.model.wordings import WORDINGS

PACKAGE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_LINES, _TEXT = ("jsonl", "application/jsonl"), ("txt", "text/plain")
# Each file with its form, what it is, and the schema that each of its lines follows.
_FILES = (
    (PASSAGES, _LINES, "All passages", "passage-1"),
    (WORKS, _LINES, "All works cited", "work-1"),
    (FULL_TEXT, _TEXT, "All texts", ""),
    ("ledger.jsonl", _LINES, "What was published when", ""),
    (WORDINGS, _LINES, "Words that were superseded, by their fingerprints", ""),
)


def package(settings: Settings, digests: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """Return the description; ``digests`` and ``sizes`` (bytes) are those of the site's files."""
    base, licence = settings.base, settings.licence
    resources = [
        {
            "name": path.partition(".")[0], "path": path, "type": "file", "title": title,
            **({"description": f"Each line follows {base}{_schema(schema)}."} if schema else {}),
            "format": form, "mediatype": media_type, "encoding": "utf-8",
            "bytes": sizes[path], "hash": f"sha256:{digests[path]}",
        }
        for path, (form, media_type), title, schema in _FILES
        if path in digests and path in sizes
    ]  # fmt: skip
    about = {
        "$schema": _PROFILE, "name": settings.short_name, "title": settings.name,
        "description": settings.description, "homepage": f"{base}index.html",
        "licenses": [{"title": licence.name, "path": licence.address}], "resources": resources,
    }  # fmt: skip
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def _schema(name: str) -> str:
    return f"{SCHEMAS}/{name}.schema.json"
