"""Pandoc, run apart: without network or files of its own, with bounded time and memory.

``--sandbox`` keeps readers from reading any file or address but the input (Pandoc User's Guide, "A
note on security", which also names ``+RTS -M`` for the heap).
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any

from archive.importing.extras import library
from archive.importing.refusal import RefusedError

SECONDS = 60
HEAP = "1g"
MAX_OUTPUT = 256 * 2**20  # bytes of the tree
_HEAP_EXHAUSTED = 251  # exit code of the GHC runtime


def read(data: bytes, form: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """The document tree of ``data``, as pandoc's JSON; ``form`` is pandoc's name of the format.

    Raises RefusedError where the file cannot be read within the limits.
    """
    pandoc = library("pypandoc").get_pandoc_path()
    command = [
        pandoc, "+RTS", f"-M{HEAP}", "-RTS", "--sandbox", "--from", form, "--to", "json", *options
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, check=False, timeout=SECONDS,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": os.devnull},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _too_much(f"takes more than {SECONDS} seconds to read") from error
    if done.returncode == _HEAP_EXHAUSTED or len(done.stdout) > MAX_OUTPUT:
        raise _too_much("needs too much memory to read")
    if done.returncode:
        raise RefusedError(
            "import-unreadable", f"The file cannot be read: {_last_line(done.stderr)}.",
            "open it in its own program, save it anew, or give it as plain text.",
        )  # fmt: skip
    try:
        tree: dict[str, Any] = json.loads(done.stdout)
    except RecursionError as error:
        raise _too_much("is nested too deep") from error
    return tree


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].rstrip(".")[:200] if lines else "pandoc says nothing more"


def _too_much(what: str) -> RefusedError:
    return RefusedError(
        "import-too-much", f"The file {what}.",
        "split it, or save it as plain text and import that.",
    )  # fmt: skip
