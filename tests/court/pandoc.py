"""pandoc, which reads files of records and prints them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypandoc

Texts = dict[str, str]  # by the key of an item

_KEYS = {"bib": r"(?m)^(@\w+\{)", "bibtex": r"(?m)^(@\w+\{)", "ris": r"(?m)^(ID  - )",
         "json": r'(?m)^(\s*"id": ")'}  # fmt: skip


def by_pandoc(texts: Mapping[str, str], folder: Path) -> dict[str, Texts]:
    """What pandoc prints of each entry, in its own style, from texts named after their format."""
    options = []
    for form, text in texts.items():
        path = folder / f"records.{form}"
        # One run reads all files, so that no key may be in two of them.
        path.write_text(re.sub(_KEYS[form], rf"\1{form}:", text), "utf-8")
        options.append(f"--bibliography={path}")
    source = "---\nnocite: '@*'\n---\n"
    made = pypandoc.convert_text(
        source, "json", format="markdown", extra_args=["--citeproc", *options]
    )
    found: dict[str, Texts] = {form: {} for form in texts}
    for block in json.loads(made)["blocks"]:
        for entry in block["c"][1]:
            form, key = entry["c"][0][0].removeprefix("ref-").split(":", 1)
            found[form][key] = _said(entry["c"][1])
    return found


def _said(node: Any) -> str:
    """The text of a part of pandoc's document."""
    if isinstance(node, list):
        return "".join(map(_said, node))
    if not isinstance(node, dict):
        return ""
    kind, content = node["t"], node.get("c", " ")
    if kind in {"Quoted", "Link", "Span", "Div"}:  # whose first part is no text
        content = content[1]
    return content if isinstance(content, str) else _said(content)
