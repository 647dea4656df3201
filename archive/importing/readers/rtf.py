"""RTF 1.9.1, read by pandoc, which is first given what it would not read.

Pandoc knows no code page but 1252, no letter of two units of UTF-16, no note of LibreOffice, and no
level of a heading that only a style sheet has.  So letters are written in UTF-8, notes without
their star, and each paragraph with the level of its style.  What pandoc leaves out is told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive.importing import Finding, Remark, Text, pandoc

_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9A-Fa-f]{2})"
    rb"|(?P<sign>\\[^A-Za-z'])|(?P<open>\{)|(?P<close>\})|(?P<text>[^\\{}]+)|.", re.DOTALL
)  # fmt: skip
_HEADING = re.compile(r"heading ([1-9])(?: \w+)?", re.IGNORECASE)

# Code pages by \fcharset (1.9.1, "Font Table"), and by the character set of the file.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk",
    136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256",
    186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
# Destinations that pandoc leaves out, by what is told of them; others hold no words of the text.
_ASIDE = "A page header or footer was left out."
_LEFT = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), _ASIDE),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), _ASIDE),
    "annotation": "A comment.",
}  # fmt: skip
_HIDDEN, _DELETED = "Hidden in the file.", "Deleted in the file."
_AFTER = "After the end of the file."
# Destinations that hold no words of the text, besides those with a star.
_NO_WORDS = frozenset(
    ("colortbl", "fldinst", "info", "listtext", "nonshppict", "objdata", "pict", "pntext")
)
_BESIDE_FIELDS = frozenset(("datafield", "fldtitle"))  # with which pandoc reads none of a field
_BREAKS = frozenset(("par", "line", "tab", "cell", "row", "sect", "page", "footnote"))
_SIGNS = {
    "bullet": "•", "emdash": "—", "endash": "–", "ldblquote": "“", "lquote": "‘",
    "rdblquote": "”", "rquote": "’", "~": " ", "_": "\u2011", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
_DEEPEST = 2_000  # groups within one another; pandoc would not come back from more


def read(data: bytes) -> Text:
    """The text of an RTF file."""
    rewriting = _Rewriting()
    rewriting.read(data)
    text = pandoc.text(bytes(rewriting.out), "rtf")
    told = tuple(rewriting.told())
    raw = ("".join(rewriting.said), *(remark.words for remark in told))
    return replace(text, raw=raw, remarks=(*text.remarks, *told))


@dataclass(slots=True)
class _State:
    """What holds within a group."""

    codec: str
    uc: int = 1  # characters that stand in for one of Unicode
    left: str = ""  # why pandoc leaves the words out
    table: str = ""  # "fonttbl" or "stylesheet"
    silent: bool = False  # what stands here is no word of the text
    start: int = 0  # where its group begins in what pandoc is given
    note: bool = False  # the group of a note
    field: bool = False  # the group of a field
    dropped: bool = False  # pandoc is not given it


@dataclass(slots=True)
class _Rewriting:
    """Reads one token after the other, and writes what pandoc is given."""

    out: bytearray = field(default_factory=bytearray)
    state: _State = field(default_factory=lambda: _State("cp1252"))
    usual: str = "cp1252"
    outer: list[_State] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)  # of headings, by their style
    entry: int = 0  # of the table that is read
    name: str = ""  # of the style that is read
    skipped: int = 0  # characters that still stand in for one of Unicode
    half: int = 0  # the first unit of a letter of two, in UTF-16
    waiting: bytes = b""  # the first byte of a letter of two
    left: list[tuple[str, list[str]]] = field(default_factory=list)  # why, and the words
    said: list[str] = field(default_factory=list)  # the words of the text
    open: int = 0  # groups that the file does not end

    def read(self, data: bytes) -> None:
        """Read a whole file."""
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            assert token is not None  # its last form is any byte
            at = token.end()
            if token["word"] == b"bin":  # bytes of a picture, which may be any
                at += max(int(token["number"] or 0), 0)
                continue
            self._token(token)
        self.open = len(self.outer)
        self.out += b"}" * min(self.open, _DEEPEST)

    def told(self) -> Iterator[Remark]:
        """What pandoc leaves out, each part once; and whether the file ends too early."""
        if self.open:
            yield Remark(
                Finding.DOUBT, "The file ends within what it began: it may have been cut off."
            )
        parts = ((why, " ".join("".join(said).split())) for why, said in self.left)
        for why, said in dict.fromkeys(parts):
            if said:
                yield Remark(Finding.CHANGE if why == _DELETED else Finding.LOST, why, said)

    def _token(self, token: re.Match[bytes]) -> None:
        if token["hex"]:
            self._letters(bytes.fromhex(token["hex"].decode()), token[0])
        elif token["text"]:
            self._text(token["text"])
        elif token["open"]:
            self._open()
        elif token["close"]:
            self._close()
        elif token["word"]:
            self._word(token["word"].decode(), token["number"], token[0])
        else:
            self.out += token[0]
            if token[0] == rb"\*":  # what stands in a destination of its own is no word of it
                self.state.left, self.state.silent = "", True
            else:
                self._say(_SIGNS.get(token[0][1:].decode("latin-1"), ""))

    def _open(self) -> None:
        self.outer.append(self.state)
        self.state = replace(
            self.state, start=len(self.out), note=False, field=False, dropped=False
        )
        self.waiting, self.skipped = b"", 0
        if len(self.outer) <= _DEEPEST:
            self.out += b"{"

    def _close(self) -> None:
        if self.state.table == "stylesheet":
            self._style()
        unread = not 0 < len(self.outer) <= _DEEPEST  # too deep, or the end of nothing
        dropped, start = self.state.dropped, self.state.start
        if self.state.note:
            self.said.append(" ")
        self.state = self.outer.pop() if self.outer else self.state
        self.waiting, self.skipped = b"", 0
        if not self.outer:
            self._leave(_AFTER)
        if dropped:
            del self.out[start:]
        elif not unread:
            self.out += b"}"

    def _style(self) -> None:
        """Where a style ends: its level, if it is one of headings."""
        found = _HEADING.fullmatch(self.name.strip().rstrip(";"))
        if found:
            self.levels[self.entry] = int(found[1]) - 1
        self.name, self.entry = "", 0

    def _word(self, word: str, digits: bytes | None, whole: bytes) -> None:
        number = int(digits) if digits else 0
        self.waiting = b""
        if word == "u":
            self.skipped = self.state.uc
            self._unit(number % 0x10000)
            return
        if word == "rtf" and len(self.outer) > 1:  # a file within the file, of which it reads none
            return
        self.out += self._mended(word, digits, whole)
        self._say(_SIGNS.get(word, ""))
        if word == "plain":
            self.state.codec = self.usual
            self.state.left = self.state.left.replace(_HIDDEN, "")
        elif word in _BREAKS:
            self._say(" ")
        elif word == "s":
            self._level(number, whole)
        elif not self._place(word, digits):
            self._set(word, number)

    def _mended(self, word: str, digits: bytes | None, whole: bytes) -> bytes:
        """A word as pandoc reads it."""
        starred = self.out.endswith(b"{\\*")
        if word == "footnote":
            self.state.silent, self.state.note = False, True
            if starred:  # as LibreOffice writes it
                del self.out[-2:]
        elif word == "field":
            self.state.field = True
        elif self.state.field:  # pandoc looks for two groups in it, and reads nothing beside more
            return b""
        elif word in _BESIDE_FIELDS:
            self.state.dropped = True
        elif word == "fldinst" and not starred:
            return b"\\*" + whole
        elif word == "deleted" and digits != b"0":  # it knows hidden words alone
            self._leave(_DELETED)
            return b"\\v "
        return whole

    def _place(self, word: str, digits: bytes | None) -> bool:
        """Whether a word tells to what its group belongs."""
        if word in {"fonttbl", "stylesheet"}:
            self.state.table = word
        elif word in _NO_WORDS:
            self.state.silent = True
        elif word in _LEFT:
            self._leave(_LEFT[word])
        elif word == "shptxt":
            self.state.silent = False
        elif word == "v" and self.state.left in {"", _HIDDEN}:
            self._leave("" if digits == b"0" else _HIDDEN)
        else:
            return False
        return True

    def _leave(self, why: str) -> None:
        """From here on, say why pandoc leaves the words out."""
        self.state.left, self.state.silent = why, self.state.silent and not why
        self.left.append((why, []))

    def _level(self, number: int, whole: bytes) -> None:
        """A paragraph has a style, or the style sheet begins to tell of one."""
        if self.state.table == "stylesheet":
            self.entry = number
        elif number in self.levels:
            del self.out[-len(whole) :]
            self.out += b"\\s%d\\outlinelevel%d " % (number, self.levels[number])

    def _set(self, word: str, number: int) -> None:
        """What tells the code page, and how many characters stand in for one of Unicode."""
        if word == "uc":  # pandoc is given no \\u
            self.state.uc = number
        elif word in _SETS:
            self.state.codec = self.usual = _SETS[word]
        elif word == "ansicpg":
            self.state.codec = self.usual = _known(number, self.usual)
        elif word == "f" and self.state.table == "fonttbl":
            self.entry = number
        elif word == "f":
            self.state.codec = self.fonts.get(number, self.usual)
        elif word == "fcharset":
            self.fonts[self.entry] = _CHARSETS.get(number, self.usual)
        elif word == "cpg":
            self.fonts[self.entry] = _known(number, self.usual)

    def _text(self, text: bytes) -> None:
        if self.waiting:  # its second byte may be a letter of ASCII
            self._letters(text[:1], text[:1])
            text = text[1:]
        if self.skipped:
            text = text.replace(b"\r", b"").replace(b"\n", b"")
            passed, text = text[: self.skipped], text[self.skipped :]
            self.skipped -= len(passed)
        if self.state.table == "stylesheet":
            self.name += text.decode("latin-1")
        if self.state.field and not text.strip():
            return
        if text.isascii():
            self.out += text
        else:
            for byte in text:
                one = bytes((byte,))
                self._letters(one, one)
            return
        self._say(text.decode("ascii").replace("\r", "").replace("\n", ""))

    def _letters(self, byte: bytes, whole: bytes) -> None:
        """A byte of the code page: write its letter, if pandoc would take it for another."""
        if self.skipped:
            self.skipped -= 1
            return
        if byte.isascii() and not self.waiting:
            self.out += whole
            self._say(byte.decode("ascii"))
            return
        decoder = codecs.getincrementaldecoder(self.state.codec)("replace")
        said = decoder.decode(self.waiting + byte)
        self.waiting = b"" if said else self.waiting + byte
        self._write(said)

    def _write(self, letters: str) -> None:
        """Write letters as UTF-8, which pandoc reads there."""
        self.out += re.sub(r"([\\{}])", r"\\\1", letters).encode()
        self._say(letters)

    def _unit(self, unit: int) -> None:
        """A unit of UTF-16: a letter, or half of one."""
        first, self.half = self.half, 0
        if 0xD800 <= unit < 0xDC00:
            self.half = unit
        elif 0xDC00 <= unit < 0xE000:
            whole = 0x10000 + (first - 0xD800 << 10) + unit - 0xDC00
            self._write(chr(whole) if first else "\ufffd")
        else:
            self._write(chr(unit) if unit >= 0x20 else " ")

    def _say(self, said: str) -> None:
        if not self.state.left and not self.state.silent and not self.state.table:
            self.said.append(said)
        if self.state.left:
            if self.left[-1][0] != self.state.left:
                self._leave(self.state.left)
            self.left[-1][1].append(said)


def _known(page: int, usual: str) -> str:
    """The codec of a code page, where Python has it."""
    name = {65001: "utf-8", 936: "gbk", 10000: "mac_roman"}.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return usual
