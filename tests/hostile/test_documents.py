"""Hostile documents, all in one archive: each is told with its file and line, or rendered inert."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rispy
from pybtex.database import parse_file

from archive.site.read.forbidden import SCHEMES, too_deep
from tests.conftest import ROOTS, Built, command, copy_root, once
from tests.hostile.cases import BESIDE, BODIES, FIRST_LINE, HEAD, INJECTION

OURS = re.compile(r"^\s*(?:document\.body\.dataset\.theme|\{|$)")  # the theme's, and JSON-LD
VICTIM = "injected"


def build(source):
    """Build as make does, and say what came of it."""
    done = command(source, "build", "pages")
    return Built(source, source / "_build" / "html", done.stdout + done.stderr, done.returncode)


def injected():
    """A document that says the same hostile words in every text of its record."""
    value = json.dumps(INJECTION)
    head = HEAD.format(id=VICTIM)
    for key in ("title", "short-title", "issuer", "  publisher", "rights"):
        head = re.sub(
            rf"^{key}: .*$", lambda _, key=key: f"{key}: {value}", head, flags=re.MULTILINE
        )
    head = head.replace("  title: unknown", f"  title: {value}").replace("- Tests", f"- {value}")
    notes = "".join(f"{each}-note: {value}\n" for each in ("title", "issuer", "date", "status"))
    return head.replace("status: issued\n", f"status: issued\n{notes}") + "A passage."


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The archive of all hostile documents, built once."""

    def make(folder):
        copy_root("small", folder)
        documents = folder / "documents"
        for name in ("dot.png", "drop.svg"):
            shutil.copy(ROOTS / "test-print/documents" / name, documents)
        for name, data in BESIDE.items():
            (documents / name).write_bytes(data)
        (documents / "linked.png").symlink_to("/etc/passwd")
        for name, (body, _) in BODIES.items():
            text = f"{HEAD.format(id=name)}{body}\n"
            (documents / f"{name}.md").write_text(text, "utf-8", newline="")
        (documents / f"{VICTIM}.md").write_text(injected(), "utf-8")
        before = {path for path in folder.parent.rglob("*") if "_build" not in path.parts}
        done = build(folder)
        after = {path for path in folder.parent.rglob("*") if "_build" not in path.parts}
        assert after == before, "something was written outside of _build"
        return done

    return once(tmp_path_factory, "hostile", make)


def test_no_document_brings_the_build_down(hostile):
    assert hostile.code == 1, hostile.output
    assert "Traceback" not in hostile.output
    assert "engine-defect" not in hostile.output
    for name in BODIES:
        assert (hostile.site / "documents" / f"{name}.html").is_file(), name


@pytest.mark.parametrize("name", [name for name, (_, rule) in BODIES.items() if rule])
def test_a_wrong_document_is_told_with_its_line(hostile, name):
    body, rule = BODIES[name]
    lines = [line for line in hostile.output.splitlines() if f"documents/{name}.md:" in line]
    found = [line for line in lines if rule in line]
    assert found, lines
    place = int(re.search(rf"{name}\.md:(\d+)", found[0])[1])
    assert FIRST_LINE - 1 <= place <= FIRST_LINE + body.count("\n") + 1


def test_nothing_runs_on_any_page(hostile):
    for path in sorted(hostile.site.rglob("*.html")):
        page = hostile.page(str(path.relative_to(hostile.site)))
        for script in page.find_all("script"):
            assert script.get("src") or OURS.match(script.string or ""), (path, script)
            assert not urlsplit(script.get("src", "")).netloc, (path, script)
        for element in page.find_all(True):
            handlers = [name for name in element.attrs if name.startswith("on")]
            assert not handlers, (path, element)
            for name in ("href", "src", "action", "formaction", "data"):
                assert urlsplit(element.get(name, "")).scheme in SCHEMES, (path, element)
        assert not page.find_all(["iframe", "object", "embed", "base"]), path
        assert not page.find_all("meta", attrs={"http-equiv": "refresh"}), path


def test_no_file_that_was_refused_is_in_the_site(hostile):
    there = {path.read_bytes() for path in hostile.site.rglob("*") if path.is_file()}
    assert not there & set(BESIDE.values())


def test_nothing_of_the_system_is_on_any_page(hostile):
    secret = Path("/etc/passwd").read_bytes().splitlines()[0]
    for path in hostile.site.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes(), path


def test_a_hostile_record_comes_out_as_it_went_in(hostile):
    stem = hostile.site / "documents" / VICTIM
    page = hostile.page(f"documents/{VICTIM}.html")
    assert page.h1.find(string=True, recursive=False).strip() == INJECTION
    rendering, original = json.loads(stem.with_suffix(".json").read_text("utf-8"))
    assert original["title"] == INJECTION
    assert rendering["title"] == f"{INJECTION} [rewritten by the Small archive]"
    assert rendering["author"] == original["author"] == [{"literal": INJECTION}]
    data = json.loads(page.find("script", type="application/ld+json").string)
    based_on = data["isBasedOn"]
    assert (data["name"], based_on["author"]["name"]) == (INJECTION, INJECTION)
    assert INJECTION in page.find("meta", attrs={"name": "DC.title"})["content"]
    titles = [each["title"] for each in rispy.loads(stem.with_suffix(".ris").read_text("utf-8"))]
    assert titles == [rendering["title"], INJECTION]
    entries = parse_file(stem.with_suffix(".bib")).entries
    assert {entry.type for entry in entries.values()} <= {"report", "letter", "misc"}
    assert {name for entry in entries.values() for name in entry.fields} <= {
        "title", "shorttitle", "type", "institution", "date", "langid", "url", "keywords",
        "comment", "related", "relatedstring", "organization", "publisher", "note",
    }  # fmt: skip
    linkset = json.loads(stem.with_suffix(".linkset.json").read_text("utf-8"))
    assert linkset


@pytest.mark.parametrize("rule", ["-" * 72, "*" * 100, "+" * 72, "12345678901234567890." * 9])
def test_a_long_rule_is_no_nesting(rule):
    assert list(too_deep(f"Before.\n\n{rule}\n", "documents/rule.md")) == []
