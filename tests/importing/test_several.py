"""A folder or a ZIP archive: one draft for each file, one summary, and no file stops another."""

from __future__ import annotations

import io
import zipfile
from argparse import Namespace

import pytest

from archive.commands import import_document
from tests.importing.conftest import ASKED, IN

FILES = {
    "On oil.txt": b"It is dark.\n\nNobody reads.", "sub/on-oil.md": b"# Oil\n\nIt came in March.",
    "mail.eml": (IN / "mayor.eml").read_bytes(), "old.xls": b"\x7fELF\0\0", ".hidden.txt": b"No.",
    "inner.zip": b"", "Re: l\xe4mp\x1b[31m.txt": b"It was lit.",
}  # fmt: skip


def zipped(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.mark.parametrize("packed", [False, True])
def test_each_file_becomes_a_draft_and_none_stops_another(
    packed, archive, capsys, tmp_path_factory
):
    given = tmp_path_factory.mktemp("given")
    files = {**FILES, "inner.zip": zipped({"a.txt": b"It is light."})}
    if packed:
        (given / "all.zip").write_bytes(zipped(files))
        named = given / "all.zip"
    else:
        for name, data in files.items():
            (given / name).parent.mkdir(exist_ok=True)
            (given / name).write_bytes(data)
        named = given
    asked = Namespace(**{"file": named, "id": "oil", **ASKED})
    assert import_document.run(asked, archive) == 1
    assert sorted(each.name for each in (archive / "documents").iterdir()) == [
        "oil-mail.md", "oil-on-oil-2.md", "oil-on-oil.md", "oil-re-lamp-31m.md",
    ]  # fmt: skip
    told = capsys.readouterr().out
    assert "- Re: l\xe4mp\ufffd[31m.txt: documents/oil-re-lamp-31m.md. " in told
    assert "- old.xls: nothing was written. " in told
    assert "- inner.zip: nothing was written. The file is a ZIP archive within another." in told
    assert "- On oil.txt: documents/oil-on-oil.md. 5 of 5 are in the text" in told
    assert told.startswith((archive / "work" / "oil.summary.txt").read_text().split("\n\n")[1])


def test_an_archive_that_unpacks_to_too_much_or_leads_out_is_refused(
    archive, tmp_path_factory, capsys
):
    path = tmp_path_factory.mktemp("given") / "all.zip"
    for files, rule in (({"../up.txt": b"a"}, "import-path"), ({}, "import-empty"),
                        ({f"{n}.txt": b"a" for n in range(600)}, "import-bomb")):  # fmt: skip
        path.write_bytes(zipped(files))
        assert import_document.run(Namespace(**{"file": path, "id": "oil", **ASKED}), archive) == 1
        assert f"[{rule}]" in capsys.readouterr().err
    assert not list((archive / "documents").iterdir())


def test_a_damaged_file_of_an_archive_stops_no_other(archive, tmp_path_factory, capsys):
    path = tmp_path_factory.mktemp("given") / "all.zip"
    data = zipped({"a.txt": b"It is dark.", "b.txt": b"It is late.", "c.txt": b"It is cold."})
    path.write_bytes(data.replace(b"late", b"soon", 1))  # its checksum no longer fits
    assert import_document.run(Namespace(**{"file": path, "id": "oil", **ASKED}), archive) == 1
    assert len(list((archive / "documents").iterdir())) == 2
    assert "- b.txt: nothing was written. The file is damaged or was cut off." in (
        capsys.readouterr().out
    )


def test_a_name_that_is_no_utf_8_is_told_all_the_same(archive, tmp_path_factory, capsys):
    given = tmp_path_factory.mktemp("given")
    (given / "l\udcffmp.txt").write_bytes(b"It is dark.")
    assert import_document.run(Namespace(**{"file": given, "id": "oil", **ASKED}), archive) == 0
    assert "- l\ufffdmp.txt: documents/oil-lmp.md. 3 of 3" in capsys.readouterr().out
