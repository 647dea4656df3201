"""Reads a message of Outlook ([MS-OXMSG]) in a process of its own, and prints its parts as JSON.

python-oxmsg reads the compound file; ``archive.importing.apart`` sets the limits.  Texts are
decoded here, because it knows fewer code pages than Outlook writes, and no body that is RTF alone.
"""

from __future__ import annotations

import io
import json
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

UNREADABLE = 12  # the exit code of a file that is damaged

# Properties ([MS-OXPROPS]) by their ids.
_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDERS_ADDRESSES = 0x0C1A, (0x5D01, 0x0C1F)
_TEXT_PAGE, _BODY_PAGE = 0x3FFD, 0x3FDE
_UNICODE, _BYTES, _BINARY = "001F", "001E", "0102"  # types, as names of streams have them

# What a body of RTF may refer back to from its beginning ([MS-OXRTFCP] 2.1.2.1).
_BEFORE = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096


def main() -> int:
    """Print the header, the body and what is attached."""
    from olefile import OleFileIO  # noqa: PLC0415
    from oxmsg import Message  # noqa: PLC0415

    try:
        data = sys.stdin.buffer.read()
        message = Message.load(data)
        streams = OleFileIO(io.BytesIO(data))
        body = _page(message, _BODY_PAGE) or _page(message, _TEXT_PAGE)
        texts = _page(message, _TEXT_PAGE) or body
        html = _stream(streams, _HTML, _BINARY)
        found = {
            "Subject": _text(streams, _SUBJECT, texts), "From": _sender(streams, texts),
            "To": ", ".join(_recipients(message)), "Date": _day(message),
            "html": _decoded(html, body) if html else _text(streams, _HTML, body),
            "plain": _text(streams, _BODY, body),
            "rtf": unpacked(_stream(streams, _RTF, _BINARY)).decode("latin-1"),
            "attached": list(_attached(message)),
        }  # fmt: skip
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
        return UNREADABLE
    json.dump(found, sys.stdout)
    return 0


def _page(message: Any, id_: int) -> str:
    """The encoding that a property names by its code page; nothing where it names none."""
    from oxmsg.domain import encodings  # noqa: PLC0415

    with suppress(Exception):
        page = message.properties.int_prop_value(id_)
        if page:
            named = str(encodings.encoding_from_codepage(page))
            return named if _is_known(named) else f"cp{page}"
    return ""


def _is_known(encoding: str) -> bool:
    try:
        b"".decode(encoding)
    except LookupError:
        return False
    return True


def _stream(streams: Any, id_: int, kind: str) -> bytes:
    name = f"__substg1.0_{id_:04X}{kind}"
    return streams.openstream(name).read() if streams.exists(name) else b""


def _text(streams: Any, id_: int, encoding: str) -> str:
    if found := _stream(streams, id_, _UNICODE):
        return str(found.decode("utf-16-le", "replace"))
    return _decoded(_stream(streams, id_, _BYTES), encoding)


def _decoded(data: bytes, encoding: str) -> str:
    """The words, in the encoding that is named, or in the one that fits them best."""
    from charset_normalizer import from_bytes  # noqa: PLC0415

    with suppress(LookupError, UnicodeError):
        return data.decode(encoding or "ascii")
    best = from_bytes(data).best()
    return str(best) if best else data.decode("cp1252", "replace")


def unpacked(data: bytes) -> bytes:
    """A body of RTF, which is packed as [MS-OXRTFCP] 2.1.3 says; nothing where it is not."""
    if len(data) < 16:
        return b""
    size, kind = struct.unpack_from("<4xI4s", data)
    if kind != b"LZFu":
        return data[16 : 16 + size] if kind == b"MELA" else b""
    made = bytearray(_BEFORE)
    for item in _items(data[16:]):
        if len(item) == 1:
            made += item
            continue
        place, length = item[0] << 4 | item[1] >> 4, (item[1] & 15) + 2
        back = (len(made) - place) % _WINDOW
        if not back:  # the place where the next byte goes: the end
            break
        for _ in range(length):
            made.append(made[-back] if back <= len(made) else 0)
    return bytes(made[len(_BEFORE) :])


def _items(packed: bytes) -> Iterator[bytes]:
    """What a packed body consists of: bytes as they are, and pairs that refer to some before."""
    at = 0
    while at < len(packed):
        flags, at = packed[at], at + 1
        for bit in range(8):
            size = 2 if flags >> bit & 1 else 1
            if at + size > len(packed):
                return
            yield packed[at : at + size]
            at += size


def _sender(streams: Any, encoding: str) -> str:
    """Who sent it; an address that only Exchange knows is none."""
    name = _text(streams, _SENDER, encoding).strip()
    addresses = (_text(streams, id_, encoding).strip() for id_ in _SENDERS_ADDRESSES)
    address = next((each for each in addresses if "@" in each), "")
    return f"{name} <{address}>" if name and address and name != address else name or address


def _recipients(message: Any) -> Iterator[str]:
    for each in message.recipients:
        name = address = ""
        with suppress(Exception):
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
