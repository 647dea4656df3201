"""Messages (RFC 5322, .eml; of Outlook, .msg) and pages saved as one file (RFC 2557, .mhtml).

The body is read, the parts beside it are listed; nothing in them is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any, cast

from archive.fidelity.source import read_source
from archive.importing import Finding, Properties, RefusedError, Remark, Text, apart, library
from archive.importing.readers import msg_parts, rtf, web
from archive.importing.source_text import text_of

MAX_PARTS = 500
HEAD = re.compile(
    rb"(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", re.IGNORECASE
)  # two header fields or more at the very beginning
_ENVELOPE = re.compile(rb"\s*(?:>?From [^\r\n]*\r?\n)?")  # of a mailbox (RFC 4155)
FIELDS = re.compile(
    rb"^(?:from|to|received|mime-version|subject|message-id|return-path|delivered-to|date):",
    re.IGNORECASE | re.MULTILINE,
)
# What email.parser raises for damaged fields, when they are asked for.
_FAULTS = (
    ValueError, TypeError, ArithmeticError, LookupError, AttributeError, AssertionError,
    RuntimeError,
)  # fmt: skip
_OF_MAIL = ("To", "Cc", "Received", "Message-ID")  # fields that no page saved as one file has
_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def is_mail(data: bytes) -> bool:
    """Whether a file begins with the header of a message."""
    match = HEAD.match(_ENVELOPE.sub(b"", data[:20_000], count=1))
    return match is not None and len(set(FIELDS.findall(match[0].lower()))) >= 2


def read(data: bytes, main: str = "") -> Text:
    """The text of a message, or of a page saved as one file.

    Raises RefusedError where it has none, or where the library that reads it cannot.
    """
    try:
        return _read(data, main)
    except _FAULTS as error:
        raise _damaged() from error


def _damaged() -> RefusedError:
    return RefusedError(
        "import-unreadable", "The message is damaged.",
        "open it in a mail program, and save it anew or print it to a PDF.",
    )  # fmt: skip


def _read(data: bytes, main: str) -> Text:
    message = BytesParser(policy=policy.default).parsebytes(_ENVELOPE.sub(b"", data, count=1))
    parts = list(message.walk())
    if len(parts) > MAX_PARTS:
        raise RefusedError(
            "import-too-much", f"The message has {len(parts):,} parts.", "save its text alone."
        )
    related = message.get_content_type() == "multipart/related"
    page = related and not any(name in message for name in _OF_MAIL)
    body = message.get_body(("html", "plain") if page else ("plain", "html"))
    if body is None:
        raise _empty()
    body = cast("EmailMessage", body)
    is_page = body.get_content_type() == "text/html"
    content = body.get_payload(decode=True)
    held = content if isinstance(content, bytes) else b""
    text = web.read(_labelled(held, body), main) if is_page else _plain(body.get_content())
    left = list(_beside(message, body))
    if page:
        address = body.get("Content-Location") or message.get("Snapshot-Content-Location")
        return replace(
            text, remarks=(*text.remarks, *left),
            properties=replace(text.properties, address=text.properties.address or _http(address)),
        )  # fmt: skip
    return _headed(text, {name: _header(message, name) for name in _SHOWN}, left)


def _empty() -> RefusedError:
    return RefusedError(
        "import-empty", "The message has no text.", "import what is attached to it instead."
    )


def _header(message: EmailMessage, name: str) -> str:
    """A field of the header; as it stands there, where it cannot be read."""
    try:
        return str(message[name] or "")
    except _FAULTS:
        raw = ((key, str(value)) for key, value in message.raw_items())
        return next((value for key, value in raw if key.lower() == name.lower()), "")


def _headed(text: Text, header: Mapping[str, str], left: Sequence[Remark]) -> Text:
    """The text with the message’s header told, and the record taken from it."""
    head = "\n".join(f"{name}: {header[name]}" for name in _SHOWN if header.get(name))
    told = Remark(Finding.LOST, "The header of the message.", head)
    return replace(
        text, remarks=(told, *text.remarks, *left), raw=(head, *text.raw),
        properties=_properties(header),
    )  # fmt: skip


def read_outlook(data: bytes) -> Text:
    """The text of a message of Outlook.  Raises RefusedError where it has none or is damaged."""
    library("oxmsg")  # raises here, where the editor is told, if it is missing
    try:
        found: dict[str, Any] = apart.ask(msg_parts.__file__, data)
    except apart.FailedError as error:
        raise _damaged() from error
    if found["plain"].strip():
        text = _plain(found["plain"])
    elif found["html"].strip():
        text = web.read(b"\xef\xbb\xbf" + found["html"].encode("utf-8", "replace"))
    elif found["rtf"].strip():
        text = rtf.read(found["rtf"].encode("latin-1"))
    else:
        raise _empty()
    left = [_listed(name, kind, size) for name, kind, size in found["attached"]]
    return _headed(text, found, left)


def _listed(name: str, kind: str, size: int) -> Remark:
    what = f"Attached and not read: {name or 'a file'} ({kind or 'no type'}, {size:,} bytes)."
    return Remark(Finding.FLAG, what)


def _labelled(held: bytes, body: EmailMessage) -> bytes:
    """The page in UTF-8, where its part names another encoding."""
    charset = body.get_content_charset()
    if charset and charset.lower() not in {"utf-8", "us-ascii"}:
        try:
            return b"\xef\xbb\xbf" + held.decode(charset, "replace").encode()
        except LookupError:
            return held
    return held


def _plain(given: str) -> Text:
    content = given.replace("\r\n", "\n").replace("\0", "")
    said = re.sub(r"(?m)^-- $.*\Z", "", content, flags=re.DOTALL)
    signature = content[len(said) :]
    source, problems = read_source(said.encode("utf-8", "replace"), "")
    if source is None:
        raise RefusedError("import-empty", problems[0].message, "import what is attached to it.")
    text = text_of(source)
    left = [Remark(Finding.LOST, "The signature.", signature)] if signature.strip() else []
    return replace(text, remarks=(*text.remarks, *left), raw=(content,))


def _beside(message: EmailMessage, body: EmailMessage) -> Iterator[Remark]:
    """The parts that are neither the body nor another form of it."""
    for part in message.walk():
        kind = part.get_content_type()
        if part is body or part.is_multipart() or not part.get_filename():
            continue
        content = part.get_payload(decode=True)
        size = len(content) if isinstance(content, bytes) else 0
        yield _listed(part.get_filename() or "", kind, size)


def _properties(header: Mapping[str, str]) -> Properties:
    said = header.get("Date", "")
    try:
        iso = re.match(r"\d{4}-\d\d-\d\d", said)
        day = iso[0] if iso else parsedate_to_datetime(said).date().isoformat()
    except (TypeError, ValueError, ArithmeticError):
        day = None
    author = re.sub(r"\s*<[^<>]*>", "", header.get("From", "")).strip(' "')
    return Properties(title=header.get("Subject") or None, author=author or None, date=day)


def _http(address: object) -> str | None:
    return str(address) if re.fullmatch(r"https?://[^\s<>\"]+", str(address or "")) else None
