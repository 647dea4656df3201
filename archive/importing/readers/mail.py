"""Messages (RFC 5322, .eml) and pages saved as one file (RFC 2557, .mht and .mhtml).

The body is read, the parts beside it are listed; nothing in them is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import cast

from archive.fidelity.source import read_source
from archive.importing import RefusedError
from archive.importing.readers import web
from archive.importing.source_text import text_of
from archive.importing.text import Finding, Properties, Remark, Text

MAX_PARTS = 500
HEAD = re.compile(
    rb"(?:[\w-]+:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", re.IGNORECASE
)  # two header fields or more at the very beginning
FIELDS = re.compile(
    rb"^(?:from|to|received|mime-version|subject|message-id|return-path|delivered-to|date):",
    re.IGNORECASE | re.MULTILINE,
)
_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def is_mail(data: bytes) -> bool:
    """Whether a file begins with the header of a message."""
    match = HEAD.match(data[:20_000].lstrip())
    return match is not None and len(set(FIELDS.findall(match[0].lower()))) >= 2


def read(data: bytes, main: str = "") -> Text:
    """The text of a message, or of a page saved as one file."""
    message = BytesParser(policy=policy.default).parsebytes(data.lstrip())
    parts = list(message.walk())
    if len(parts) > MAX_PARTS:
        raise RefusedError(
            "import-too-much", f"The message has {len(parts):,} parts.", "save its text alone."
        )
    page = message.get_content_type() == "multipart/related"
    body = message.get_body(("html", "plain") if page else ("plain", "html"))
    if body is None:
        raise RefusedError(
            "import-empty", "The message has no text.", "import what is attached to it instead."
        )
    body = cast("EmailMessage", body)
    is_page = body.get_content_type() == "text/html"
    content = body.get_payload(decode=True)
    held = content if isinstance(content, bytes) else b""
    text = web.read(_labelled(held, body), main) if is_page else _plain(body)
    left = list(_beside(message, body))
    if page:
        address = body.get("Content-Location") or message.get("Snapshot-Content-Location")
        return replace(
            text, remarks=(*text.remarks, *left),
            properties=replace(text.properties, address=text.properties.address or _http(address)),
        )  # fmt: skip
    head = "\n".join(f"{name}: {message[name]}" for name in _SHOWN if message[name])
    told = Remark(Finding.LOST, "The header of the message.", head)
    return replace(
        text, remarks=(told, *text.remarks, *left), raw=(head, *text.raw),
        properties=_properties(message),
    )  # fmt: skip


def _labelled(held: bytes, body: EmailMessage) -> bytes:
    """The page in UTF-8, where its part names another encoding."""
    charset = body.get_content_charset()
    if charset and charset.lower() not in {"utf-8", "us-ascii"}:
        try:
            return b"\xef\xbb\xbf" + held.decode(charset, "replace").encode()
        except LookupError:
            return held
    return held


def _plain(body: EmailMessage) -> Text:
    said = re.sub(r"(?m)^-- $.*\Z", "", body.get_content(), flags=re.DOTALL)
    signature = body.get_content()[len(said) :]
    source, problems = read_source(said.encode(), "")
    if source is None:
        raise RefusedError("import-empty", problems[0].message, "import what is attached to it.")
    text = text_of(source)
    left = [Remark(Finding.LOST, "The signature.", signature)] if signature.strip() else []
    return replace(text, remarks=(*text.remarks, *left), raw=(body.get_content(),))


def _beside(message: EmailMessage, body: EmailMessage) -> Iterator[Remark]:
    """The parts that are neither the body nor another form of it."""
    for part in message.walk():
        kind = part.get_content_type()
        if part is body or part.is_multipart() or not part.get_filename():
            continue
        content = part.get_payload(decode=True)
        size = len(content) if isinstance(content, bytes) else 0
        what = f"Attached and not read: {part.get_filename()} ({kind}, {size:,} bytes)."
        yield Remark(Finding.FLAG, what)


def _properties(message: EmailMessage) -> Properties:
    try:
        day = parsedate_to_datetime(str(message["Date"])).date().isoformat()
    except (TypeError, ValueError):
        day = None
    author = re.sub(r"\s*<[^<>]*>", "", str(message["From"] or "")).strip(' "')
    return Properties(
        title=str(message["Subject"]) if message["Subject"] else None, author=author or None,
        date=day,
    )  # fmt: skip


def _http(address: object) -> str | None:
    return str(address) if re.fullmatch(r"https?://[^\s<>\"]+", str(address or "")) else None
