"""The bag is BagIt 1.0, holds what it says, has the same bytes each time, and tells of damage."""

from __future__ import annotations

import os
import shutil
import tarfile

import bagit
import pytest

from archive.__main__ import main
from archive.preservation.site import make_bag, pack
from tests.conftest import git
from tests.preservation.test_folder import flip

MOMENT = 1_767_225_600  # 2026-01-01
FILES = {"site/index.html": b"<p>", "site/a b/ü.txt": b"two\n", "source/conf.py": b""}


def small_bag(folder, umask=0o022):
    """A bag of three files, made by somebody with such a umask."""
    before = os.umask(umask)
    try:
        for name, data in FILES.items():
            path = folder / "from" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        payload = {name: folder / "from" / name for name in FILES}
        packed = make_bag(folder / "bag", payload, {"Contact-Name": "a\nb"}, MOMENT)
        pack(packed.folder, folder / "bag.tar", MOMENT)
    finally:
        os.umask(before)
    return packed.folder


@pytest.fixture
def bag(tmp_path):
    return small_bag(tmp_path)


def test_the_library_of_congress_s_tool_finds_it_valid(bag):
    read = bagit.Bag(str(bag))
    read.validate()
    assert read.version_info == (1, 0)
    assert sorted(read.algorithms) == ["sha256", "sha512"]
    assert read.info["Payload-Oxum"] == "7.3"
    assert read.info["Bagging-Date"] == "2026-01-01"
    assert read.info["Contact-Name"] == "a b"


def test_the_same_files_give_the_same_bytes_rights_and_times(tmp_path):
    made = [small_bag(tmp_path / "one"), small_bag(tmp_path / "two", umask=0o077)]
    stats = [
        {
            path.relative_to(bag): (path.stat().st_mode, path.stat().st_mtime)
            for path in bag.rglob("*")
        }
        for bag in made
    ]
    assert stats[0] == stats[1]
    tars = [(bag.parent / "bag.tar").read_bytes() for bag in made]
    assert tars[0] == tars[1]


def test_a_packed_bag_is_the_bag(bag, tmp_path):
    if os.geteuid() == 0:
        os.chown(bag / "bagit.txt", 1234, 1234)
    pack(bag, tmp_path / "bag.tar", MOMENT)
    with tarfile.open(tmp_path / "bag.tar") as archive:
        assert {(member.uid, member.mode, member.mtime) for member in archive} == {
            (0, 0o644, MOMENT)
        }
        archive.extractall(tmp_path / "unpacked", filter="data")
    bagit.Bag(str(tmp_path / "unpacked" / "bag")).validate()


def test_a_path_that_no_manifest_can_hold_leaves_the_old_bag(bag, tmp_path):
    with pytest.raises(ValueError, match="within the site"):
        make_bag(bag, {"../x": tmp_path / "from" / "source/conf.py"}, {}, MOMENT)
    bagit.Bag(str(bag)).validate()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag", "bag.tar", "from"]


def _damage(bag, kind):
    if kind == "flipped":
        flip(bag / "data" / "site" / "index.html", 0)
    elif kind == "dropped":
        (bag / "data" / "source" / "conf.py").unlink()
    elif kind == "added":
        (bag / "data" / "new").write_text("x")
    elif kind == "tag":
        flip(bag / "bag-info.txt", 0)
    elif kind == "one manifest":
        (bag / "manifest-sha512.txt").write_text("")
    elif kind == "declaration":
        (bag / "bagit.txt").write_text("BagIt-Version: 2.0\n")
    elif kind == "fetch":
        (bag / "fetch.txt").write_text("https://example.org/x - data/x\n")
    else:
        (bag / "manifest-sha256.txt").unlink()
        (bag / "manifest-sha512.txt").unlink()


@pytest.mark.parametrize(
    ("kind", "rule", "path"),
    [
        ("flipped", "file-altered", "data/site/index.html"),
        ("dropped", "file-missing", "data/source/conf.py"),
        ("added", "file-extra", "data/new"),
        ("tag", "file-altered", "bag-info.txt"),
        ("one manifest", "file-extra", "data/site/index.html"),
        ("declaration", "bag-broken", "bagit.txt"),
        ("fetch", "bag-broken", "fetch.txt"),
        ("none", "bag-broken", "the bag has no manifest"),
    ],
)
def test_every_damage_is_told(bag, verify, kind, rule, path):
    shutil.rmtree(bag / "data" / "site" / "a b")
    shutil.rmtree(bag.parent / "from" / "site" / "a b")
    files = {"site/index.html", "source/conf.py"}
    make_bag(bag, {name: bag.parent / "from" / name for name in files}, {}, MOMENT)
    _damage(bag, kind)
    done = verify(bag)
    assert done.code == 1
    assert any(f.startswith(path) and f"[{rule}]" in f for f in done.findings), done.said


def test_the_command_packs_site_source_and_parts(archive_copy, sealed_site, monkeypatch, capsys):
    shutil.copytree(sealed_site, archive_copy / "_build" / "html")
    release = archive_copy / "_build" / "release"
    release.mkdir()
    (release / "sbom.cdx.json").write_text("{}")
    git(archive_copy, "init", "-q")
    git(archive_copy, "add", "*.md", "conf.py")
    git(archive_copy, "commit", "-qm", "x")
    monkeypatch.chdir(archive_copy)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    words = ["bag", "_build/html", "--release", "_build/release", "--out", "_build/bag"]
    assert main(words) == 0
    made = archive_copy / "_build" / "bag" / "sunder-isles-archive"
    assert f"tar     {made.relative_to(archive_copy)}.tar, SHA-256 " in capsys.readouterr().out
    payload = {path.relative_to(made / "data").as_posix() for path in (made / "data").rglob("*")}
    assert {"site/index.html", "site/manifest-sha256.txt", "source/conf.py"} <= payload
    assert "release/sbom.cdx.json" in payload
    assert "source/references.bib" not in payload  # git does not track it here
    bagit.Bag(str(made)).validate()
    assert main(["verify", str(made)]) == 0
    flip(made / "data" / "site" / "archive.pdf")
    assert main(["verify", str(made)]) == 1


def test_without_a_sealed_site_or_git_there_is_no_bag(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))
    assert main(["bag", "_build/html", "--out", "_build/bag"]) == 1
    assert "has no manifest-sha256.txt: run make first" in capsys.readouterr().err
