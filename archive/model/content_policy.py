"""The Content-Security-Policy of the site's answers (CSP Level 3), for pages and for other files.

What may run is known before any page is written: files of the site, and the inline scripts of the
engine's own templates.  Nothing is ever allowed because it stands in a page.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

# For every file that is no page: it runs nothing, submits nothing, and belongs to no origin.
# A drawing opened by itself keeps its own styles, which can load nothing.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

# For the PDFs that the engine makes, which browsers' own viewers do not show in a sandbox.
PRINT = "frame-ancestors 'none'"


def source_hash(script: bytes) -> str:
    """The CSP hash source of an inline script, with line ends normalised as HTML does."""
    text = script.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode('ascii')}'"


def page_policy(scripts: Iterable[str], *, compiles: bool = False, header: bool = False) -> str:
    """The policy of a page that may run the inline scripts with these hash sources.

    ``compiles`` allows what search needs: WebAssembly and a worker.  ``header`` adds what only a
    header can say.
    """
    compiling = ("'wasm-unsafe-eval'",) if compiles else ()
    return "; ".join((
        "default-src 'none'",
        " ".join(("script-src 'self'", *sorted(scripts), *compiling)),
        "script-src-attr 'none'",
        "style-src 'self'",
        "style-src-attr 'none'",
        "img-src 'self' data:",  # data: for the icons in the theme's style sheet
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        *(("worker-src 'self'",) if compiles else ()),
        *(("frame-ancestors 'none'",) if header else ()),
    ))  # fmt: skip
