"""Writes compound files ([MS-CFB]) and, in them, messages of Outlook ([MS-OXMSG])."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file; a stream is named by its path, and all are short ones."""
    names = sorted({"/".join(path.split("/")[:n]) for path in streams
                    for n in range(1, path.count("/") + 2)})  # fmt: skip
    mini, mini_fat, starts = b"", [], {}
    for path, data in streams.items():
        assert len(data) < _CUTOFF
        count = -(-len(data) // _MINI)
        starts[path] = len(mini_fat) if count else _END
        mini_fat += [len(mini_fat) + n + 1 for n in range(count - 1)] + [_END] * bool(count)
        mini += data.ljust(count * _MINI, b"\0")
    directory = _directory(names, streams, starts, len(mini))
    parts = [directory, _sectors(struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff"),
             _sectors(mini)]  # fmt: skip
    counts = [len(part) // _SECTOR for part in parts]
    fat, first = [_FAT], []
    for count in counts:
        first.append(len(fat))
        fat += [len(fat) + n + 1 for n in range(count - 1)] + [_END]
    assert len(fat) <= 128
    root = bytearray(parts[0])
    struct.pack_into("<I", root, 116, first[2])
    header = struct.pack(
        "<8s16s6H10I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0, 0,
        0, 1, first[0], 0, _CUTOFF, first[1], counts[1], _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    return header + table + bytes(root) + parts[1] + parts[2]


def _sectors(data: bytes, fill: bytes = b"\0") -> bytes:
    return data.ljust(max(1, -(-len(data) // _SECTOR)) * _SECTOR, fill)


def _directory(
    names: list[str], streams: Mapping[str, bytes], starts: Mapping[str, int], size: int
) -> bytes:
    """The entries: the root, then all; those of one storage are a chain to the right."""
    numbers = {"": 0, **{name: n for n, name in enumerate(names, 1)}}
    entries = b""
    for name in ("", *names):
        inside = sorted((each for each in names if each.rpartition("/")[0] == name),
                        key=lambda each: (len(each.rpartition("/")[2]), each.upper()))  # fmt: skip
        around = name.rpartition("/")[0]
        beside = sorted((each for each in names if each.rpartition("/")[0] == around and name),
                        key=lambda each: (len(each.rpartition("/")[2]), each.upper()))  # fmt: skip
        after = beside[beside.index(name) + 1 :] if name else []
        title = (name.rpartition("/")[2] if name else "Root Entry").encode("utf-16-le") + b"\0\0"
        kind = 5 if not name else 2 if name in streams else 1
        entries += struct.pack(
            "<64sHBBIII16sIQQIQ", title.ljust(64, b"\0"), len(title), kind, 1, _FREE,
            numbers[after[0]] if after else _FREE, numbers[inside[0]] if inside else _FREE,
            bytes(16), 0, 0, 0, 0 if not name else starts.get(name, 0),
            size if not name else len(streams.get(name, b"")),
        )  # fmt: skip
    while len(entries) % _SECTOR:
        entries += struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, _FREE, _FREE, _FREE, bytes(16),
                               0, 0, 0, 0, 0)  # fmt: skip
    return entries


def outlook(
    texts: Mapping[int, str], attached: Mapping[str, bytes], sent: int,
    others: Mapping[int, bytes | int] = MappingProxyType({}),
) -> bytes:  # fmt: skip
    """A message: its properties by their ids, what is attached, and the FILETIME it was sent at.

    ``others`` are properties by their tags: ids and types.
    """
    streams: dict[str, bytes] = {"__nameid_version1.0/__substg1.0_00020102": bytes(16)}
    rows = struct.pack("<IIQ", 0x00390040, 6, sent)
    for id_, text in texts.items():
        data = text.encode("utf-16-le")
        streams[f"__substg1.0_{id_:04X}001F"] = data
        rows += struct.pack("<IIII", id_ << 16 | 0x1F, 6, len(data) + 2, 0)
    for tag, value in others.items():
        if isinstance(value, int):
            rows += struct.pack("<IIQ", tag, 6, value)
        else:
            streams[f"__substg1.0_{tag:08X}"] = value
            rows += struct.pack("<IIII", tag, 6, len(value), 0)
    for number, (name, content) in enumerate(attached.items()):
        folder = f"__attach_version1.0_#{number:08X}"
        title = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_3707001F"] = title
        streams[f"{folder}/__substg1.0_37010102"] = content
        streams[f"{folder}/__properties_version1.0"] = bytes(8) + struct.pack(
            "<IIIIIIII", 0x3707001F, 6, len(title) + 2, 0, 0x37010102, 6, len(content), 0
        )
    head = struct.pack("<8xIIII8x", 0, len(attached), 0, len(attached))
    streams["__properties_version1.0"] = head + rows
    return compound(streams)
