"""What the linksets beside a site's documents say of each file, as Link headers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from archive.preservation.headers import link_value

_SUFFIX = ".linkset.json"
_MEDIA_TYPE = "application/linkset+json"


def signposts(site: Path, paths: Iterable[str]) -> dict[str, str]:
    """The Link header of each file that a linkset speaks of, by the path of its address.

    The address begins with a slash and has the folder in which the site is hosted.  Each file
    leads to its linkset, too.  Raises OSError, and ValueError where a file is no linkset.
    """
    return {
        address: value
        for path in paths
        if path.endswith(_SUFFIX)
        for address, value in _of_document(site / path)
    }


def _of_document(file: Path) -> Iterator[tuple[str, str]]:
    try:
        contexts = json.loads(file.read_bytes())["linkset"]
        page = contexts[0]["anchor"]
        linkset = [{"href": f"{page.rpartition('/')[0]}/{file.name}", "type": _MEDIA_TYPE}]
        for context in contexts:
            value = link_value({**context, "linkset": linkset})
            yield urlsplit(context["anchor"]).path, value
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{file} is no linkset: {error!r}") from error
