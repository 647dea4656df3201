"""Reads a message of Outlook ([MS-OXMSG]) in a process of its own, and prints its parts as JSON.

python-oxmsg reads the compound file; ``archive.importing.apart`` sets the limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

UNREADABLE = 12  # the exit code of a file that is damaged


def main() -> int:
    """Print the header, the body and what is attached."""
    from oxmsg import Message  # noqa: PLC0415

    try:
        message = Message.load(sys.stdin.buffer.read())
        found = {
            "Subject": message.subject, "From": message.sender or "",
            "To": ", ".join(_recipients(message)), "Date": _day(message),
            "html": message.html_body or "", "plain": message.body or "",
            "attached": list(_attached(message)),
        }  # fmt: skip
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
        return UNREADABLE
    json.dump(found, sys.stdout)
    return 0


def _recipients(message: Any) -> Iterator[str]:
    for each in message.recipients:
        name, address = each.name or "", each.email_address or ""
        yield f"{name} <{address}>" if name and address and name != address else name or address


def _day(message: Any) -> str:
    with suppress(Exception):
        if message.sent_date is not None:
            return str(message.sent_date.isoformat())
    return ""


def _attached(message: Any) -> Iterator[tuple[str, str, int]]:
    for each in message.attachments:
        with suppress(Exception):
            yield each.file_name or "", each.mime_type or "", each.size


if __name__ == "__main__":
    sys.exit(main())
