"""The response headers that every host of the site sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from archive.preservation.inline import Inline

# What every answer carries.  The reader's visit is told to nobody, not even to a source's site.
SECURITY = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # All of it is public, and citation tools in a browser read it from other sites.
    "Access-Control-Allow-Origin": "*",
}

_SEARCH = "pagefind/"

# What may stand in an address as it is; neither quotation marks nor a dollar sign, which mean
# something to a server's settings.
_ADDRESS = "!#%&()*+,-./:;=?@[]_~"


def policy(inline: Inline, paths: Iterable[str]) -> str:
    """The Content-Security-Policy of all pages: their own files, and inline what they hold.

    A search index among the paths needs WebAssembly and a worker.
    """
    search = any(path.startswith(_SEARCH) for path in paths)
    return "; ".join(" ".join(words) for words in _directives(inline, search=search))


def _directives(inline: Inline, *, search: bool) -> Iterator[list[str]]:
    yield ["default-src", "'none'"]
    compiled = ["'wasm-unsafe-eval'"] if search else []
    yield ["script-src", "'self'", *sorted(inline.scripts), *compiled]
    yield ["script-src-attr", "'none'"]
    yield ["style-src", "'self'", *sorted(inline.styles)]
    attributes = ["'unsafe-hashes'", *sorted(inline.attributes)] if inline.attributes else []
    yield ["style-src-attr", *(attributes or ["'none'"])]
    yield ["img-src", "'self'", "data:"]
    for directive in ("font-src", "connect-src", "manifest-src", "form-action"):
        yield [directive, "'self'"]
    if search:
        yield ["worker-src", "'self'"]
    for directive in ("base-uri", "frame-ancestors"):
        yield [directive, "'none'"]


def link_value(context: Mapping[str, object]) -> str:
    """The Link header of one context of a linkset (RFC 9264, 4.2), as RFC 8288 writes it."""
    return ", ".join(
        _link(relation, target)
        for relation, targets in context.items()
        if isinstance(targets, list)
        for target in targets
    )


def _link(relation: str, target: Mapping[str, str]) -> str:
    kind = f'; type="{target["type"]}"' if "type" in target else ""
    return f'<{quote(target["href"], safe=_ADDRESS)}>; rel="{relation}"{kind}'
