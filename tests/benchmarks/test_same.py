"""Two builds are compared to the byte, and what differs is named where it is."""

from __future__ import annotations

import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pikepdf
import pytest

from archive.preservation.hashing import digests
from archive.preservation.manifest import NAME, serialise
from benchmarks import same
from benchmarks.differences import differences

UNLISTED = {NAME, ".buildinfo"}
PAGE = "<p>One</p><p>Two</p>" + "<p>Same</p>" * 100 + "<p>Long " + "word " * 500 + "end</p>"


def epub(members, packing=ZIP_STORED):
    data = BytesIO()
    with ZipFile(data, "w", packing) as book:
        for name, text in members.items():
            book.writestr(name, text)
    return data.getvalue()


def pdf(title, destination="a-p1", page=b"0 0 10 10 re f"):
    data, file = BytesIO(), pikepdf.new()
    first = file.add_blank_page()
    first.Contents = file.make_stream(page)
    names = pikepdf.NameTree.new(file)
    names[destination] = pikepdf.Array([first.obj, pikepdf.Name.Fit])
    file.Root.Names = pikepdf.Dictionary(Dests=names.obj)
    file.Root.Metadata = file.make_stream(f"<x>\n<title>{title}</title>\n</x>".encode())
    file.attachments["a.md"] = pikepdf.AttachedFileSpec(file, b"The source.", filename="a.md")
    file.save(data, deterministic_id=True, fix_metadata_version=False)
    return data.getvalue()


def inventory(name):
    return b"# 1\n# 2\n# 3\n# 4\n" + zlib.compress(f"a-p1 std:label -1 a.html#$ {name}\n".encode())


SITE = {
    "a.html": PAGE.encode(), "b.html": b"<p>One</p>", "c.json": b'{"a":1,"b":[1,2],"c":3}',
    "font.woff2": b"\xff\xfe\x00", "objects.inv": inventory("A 1"), "a.pdf": pdf("A"),
    "archive.epub": epub({"mimetype": "x", "a.xhtml": "<p>One</p>", "b.xhtml": "<p>B</p>"}),
    "pagefind/fragment/en_1.pf_fragment": b"\x1f\x8b1", ".buildinfo": b"one",
}  # fmt: skip


@pytest.fixture
def found(tmp_path):
    """How a site differs from SITE once files of it are changed, by path; None removes one."""

    def find(changed, *ignored):
        for name, files in (("one", SITE), ("other", {**SITE, **changed})):
            for path, data in files.items():
                if data is not None:
                    file = tmp_path / name / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
            there = [path for path in files if files[path] is not None and path not in UNLISTED]
            listed = {path: digests(tmp_path / name / path)["sha256"] for path in there}
            manifest = tmp_path / name / NAME
            manifest.write_bytes(serialise(listed) + files.get(NAME, b""))
        pairs = differences(tmp_path / "one", tmp_path / "other", ("before", "after"), ignored)
        return {each.path: list(each.lines) for each in pairs}

    return find


def test_the_same_bytes_differ_in_nothing_and_sphinx_s_own_note_is_none_of_them(found):
    assert found({".buildinfo": b"two"}) == {}


def test_files_of_one_site_are_named_and_the_manifest_that_follows_them_is_not(found):
    fragment = "pagefind/fragment/en_{}.pf_fragment"
    changed = {fragment.format(1): None, fragment.format(2): b"\x1f\x8b2"}
    assert found(changed) == {
        fragment.format(1): ["only in before"], fragment.format(2): ["only in after"],
    }  # fmt: skip


def test_a_manifest_that_tells_another_digest_of_the_same_file_differs(found):
    line = b"0" * 64 + b"  absent.html\n"
    assert found({NAME: line, "b.html": b"<p>Two</p>"})[NAME][-1] == f"+{line.decode().strip()}"


@pytest.mark.parametrize(
    ("path", "data", "lines"),
    [
        ("b.html", b"<p>Two</p>", ["-<p>One</p>", "+<p>Two</p>"]),
        ("a.html", PAGE.replace("<p>Two</p>", "").encode(), ["-<p>Two</p>"]),
        ("b.html", b"<p>One</p>\n", ["+"]),
        ("b.html", b"<p>One</p>\r", ["-<p>One</p>", "+<p>One</p>\\r"]),
        ("c.json", b'{"a":1,"b":[1,3],"c":3}', ['-"b":[1,2],', '+"b":[1,3],']),
        ("font.woff2", b"\xff\xfe\x00\x00", ["3 and 4 bytes"]),
        ("objects.inv", inventory("A 2"), ["-a-p1 std:label -1 a.html#$ A 1",
                                           "+a-p1 std:label -1 a.html#$ A 2"]),
        ("archive.epub", epub({"mimetype": "x", "a.xhtml": "<p>Two</p>", "b.xhtml": "<p>B</p>"}),
         ["a.xhtml:", "-<p>One</p>", "+<p>Two</p>"]),
        ("archive.epub", epub({"mimetype": "x", "a.xhtml": "<p>One</p>"}),
         ["b.xhtml: only in before"]),
        ("archive.epub", epub({"mimetype": "x", "a.xhtml": "<p>One</p>", "b.xhtml": "<p>B</p>",
                               "c": ""}), ["c: only in after"]),
        ("a.pdf", pdf("B"), ["metadata:", "-<title>A</title>", "+<title>B</title>"]),
        ("a.pdf", pdf("A", destination="a-p2"),
         ["destinations:", "-a-p1: page 1 /Fit", "+a-p2: page 1 /Fit"]),
        ("a.pdf", pdf("A", page=b"0 0 10 20 re f"),
         ["page 1, drawing:", "-0 0 10 10 re", "+0 0 10 20 re"]),
    ],
)  # fmt: skip
def test_the_first_difference_of_a_file_is_shown_where_it_is(found, path, data, lines):
    differing = found({path: data})
    assert list(differing) == [path]
    assert differing[path][: len(lines)] == lines


def test_a_difference_late_in_a_long_line_is_shown(found):
    (lines,) = found({"a.html": PAGE.replace("end", "END").encode()}).values()
    assert [line[0] + line[-7:] for line in lines] == ["-end</p>", "+END</p>"]
    assert max(map(len, lines)) < 200


def test_line_breaks_and_packing_that_alone_differ_are_told(found):
    same_members = {"mimetype": "x", "a.xhtml": "<p>One</p>", "b.xhtml": "<p>B</p>"}
    differing = found({
        "archive.epub": epub(same_members, ZIP_DEFLATED),
        "a.html": PAGE.replace("</p><p>", "</p>\n<p>").encode(),
    })  # fmt: skip
    assert differing["a.html"] == ["line breaks alone differ"]
    assert "packing" in differing["archive.epub"][0]


def test_what_is_meant_is_ignored_by_file_and_by_part_and_nothing_else(found):
    changed = {
        "b.html": b"<p>Two</p>", "c.json": b"{}",
        "archive.epub": epub({"mimetype": "x", "a.xhtml": "<p>Two</p>", "b.xhtml": "<p>B</p>"}),
    }  # fmt: skip
    assert found(changed, "*.html", "archive.epub!a.*").keys() == {"c.json"}
    assert found(changed, "*.html", "c.json", "archive.epub!b.*").keys() == {"archive.epub"}


MAKEFILE = """\
all:
\t@echo built >> {log}
\t@mkdir -p _build/html
\t@cat documents/*.md words > _build/html/index.html
\t@echo "documents/a.md:1: WARNING: $$(cat words)"
\t@test ! -e broken || {{ echo "what is wrong"; exit 1; }}
epub:
"""


@pytest.fixture
def project(tmp_path):
    """A repository that a Makefile of no engine builds, and the log of its builds."""
    root, log = tmp_path / "project", tmp_path / "log"
    (root / "documents").mkdir(parents=True)
    files = {
        "Makefile": MAKEFILE.format(log=log), ".gitignore": "_build/\n", "words": "words\n",
        "documents/a.md": "A\n", "ledger.jsonl": "",
    }  # fmt: skip
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")
    same.checkout.begin(root)
    return root, log


def builds(log: Path) -> int:
    return len(log.read_text("utf-8").splitlines())


def test_a_clean_working_tree_is_the_commit_and_is_built_once(project, capsys):
    root, log = project
    (root / "words").touch()
    assert same.main(["HEAD"], root) == same.main(["HEAD", "main"], root) == same.SAME
    assert builds(log) == 1
    assert "all the same" in capsys.readouterr().out


def test_what_is_not_committed_is_compared_and_the_base_is_kept(project, capsys):
    root, log = project
    (root / "words").write_text("other words\n", "utf-8")
    assert same.main(["HEAD"], root) == same.DIFFERENT
    told = capsys.readouterr().out
    assert "index.html\n    -words\n    +other words\n" in told
    assert f"{same.PROBLEMS}\n    -documents/a.md:1: WARNING: words\n" in told
    (root / "documents" / "b.md").write_text("B\n", "utf-8")
    assert same.main(["HEAD"], root) == same.DIFFERENT
    assert "+B\n" in capsys.readouterr().out
    assert builds(log) == 3
    assert not subprocess.run(
        ["git", "-C", root, "diff", "--cached", "--quiet"], check=False
    ).returncode


def test_another_archive_is_built_in_the_place_of_the_holdings(project, tmp_path, capsys):
    root, _log = project
    other = tmp_path / "other"
    (other / "documents").mkdir(parents=True)
    (other / "documents" / "z.md").write_text("Z\n", "utf-8")
    (other / "ledger.jsonl").touch()
    (other / "words").write_text("not of the holdings\n", "utf-8")
    (root / "documents" / "a.md").write_text("Another\n", "utf-8")
    assert same.main(["HEAD", "--archive", str(other)], root) == same.SAME
    sites = root.glob("_build/same/*/index.html")
    assert {site.read_text("utf-8") for site in sites} == {"Z\nwords\n"}
    (other / "documents" / "z.md").write_text("Edited\n", "utf-8")
    assert same.main(["HEAD", "--archive", str(other)], root) == same.SAME
    sites = root.glob("_build/same/*/index.html")
    assert {site.read_text("utf-8") for site in sites} == {"Z\nwords\n", "Edited\nwords\n"}


def test_a_build_that_fails_is_told_with_its_last_words_unless_it_is_to_go_on(project, capsys):
    root, _log = project
    (root / "broken").touch()
    assert same.main(["HEAD"], root) == same.IMPOSSIBLE
    assert "what is wrong" in capsys.readouterr().err
    assert same.main(["HEAD", "--keep-going"], root) == same.SAME


def test_a_revision_that_is_not_there_is_told(project, capsys):
    root, _log = project
    assert same.main(["absent"], root) == same.IMPOSSIBLE
    assert "absent" in capsys.readouterr().err
