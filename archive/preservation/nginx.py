"""nginx's settings: the server's, and the parts that follow the site.

``nginx.conf`` beside this module is the server's, an example to copy and put one's host into.  It
includes the parts: policy, Link headers and redirects.  Each of these is a ``map``, which nginx
looks up in a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

# Not named *.conf, by which nginx would take it for one of the parts.
EXAMPLE = "nginx.conf.example"


def settings(policy: str, links: Mapping[str, str], moved: Mapping[str, str]) -> dict[str, str]:
    """The text of each file, by its name.

    ``links`` and ``moved`` are by the path of an address, with its first slash.
    """
    return {
        EXAMPLE: Path(__file__).with_name("nginx.conf").read_text("utf-8"),
        "policy.conf": _map(
            "$sent_http_content_type", "$archive_policy", [("~^text/html", policy)]
        ),
        "signposts.conf": _map("$uri", "$archive_links", sorted(links.items())),
        "moved.conf": _map("$uri", "$archive_moved", sorted(moved.items())),
    }


def _map(variable: str, result: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"map {variable} {result} {{", "  default '';"]
    lines += [f"  {_quoted(key)} {_quoted(value)};" for key, value in rows]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """A word of the settings.  Raises ValueError where it would be read as something else."""
    if not text.isprintable() or "$" in text or "\\" in text:
        raise ValueError(f"{text!r} cannot stand in nginx's settings")
    return '"' + text.replace('"', '\\"') + '"'
