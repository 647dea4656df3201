"""The files that are data of the whole archive: valid by their schemas, and one with each other."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.conftest import built, edit

DOCUMENT = "isle-seed-resolution"


@pytest.fixture(params=["archive_site", "field_site"])
def site(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param).site


def _validator(site: Path, name: str) -> Draft202012Validator:
    schemas = [json.loads(path.read_text("utf-8")) for path in (site / "schema").iterdir()]
    registry = Registry().with_resources(
        (each["$id"], Resource.from_contents(each)) for each in schemas
    )
    own = next(each for each in schemas if each["$id"].endswith(f"/schema/{name}.schema.json"))
    Draft202012Validator.check_schema(own)
    return Draft202012Validator(
        own, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _rows(site: Path, name: str):
    return [json.loads(line) for line in (site / name).read_text("utf-8").splitlines()]


def test_all_data_is_valid_by_its_schemas(site):
    whole, line, work = (
        _validator(site, f"{name}-1") for name in ("passages", "passage", "work")
    )  # fmt: skip
    for path in sorted((site / "documents").glob("*.passages.json")):
        whole.validate(json.loads(path.read_text("utf-8")))
    for validator, name in ((line, "passages.jsonl"), (work, "works.jsonl")):
        rows = _rows(site, name)
        assert rows
        for row in rows:
            validator.validate(row)


def test_a_schema_refuses_what_nothing_says(archive_site):
    passage = _rows(archive_site.site, "passages.jsonl")[1]
    validator = _validator(archive_site.site, "passage-1")
    for wrong in ({"sha256": "0"}, {"kind": "verse"}, {"more": 1}, {"history": [{"date": "x"}]}):
        assert not validator.is_valid({**passage, **wrong})


def test_the_dump_has_the_passages_of_all_documents_in_their_order(site):
    files = {path.name.partition(".")[0]: path for path in site.glob("documents/*.passages.json")}
    wanted = [
        each for name in sorted(files)
        for each in json.loads(files[name].read_text("utf-8"))["passages"]
    ]  # fmt: skip
    found = _rows(site, "passages.jsonl")
    assert found == wanted
    assert all(sha256(each["text"].encode()).hexdigest() == each["sha256"] for each in found)


def test_works_and_passages_name_each_other(archive_site):
    works = {each["key"]: each for each in _rows(archive_site.site, "works.jsonl")}
    assert works["fns-comment-2018"]["cited_by"] == [f"{DOCUMENT}-w3"]
    assert works["fns-comment-2018"]["csl"]["type"] == "webpage"
    cites = {
        each["anchor"]: {one["work"] for one in each.get("cites", ()) if "work" in one}
        for each in _rows(archive_site.site, "passages.jsonl")
    }
    for key, work in works.items():
        assert all(key in cites[anchor] for anchor in work.get("cited_by", ()))


def test_the_linkset_names_the_data_and_its_schema(archive_site):
    stem = f"https://isles.example/documents/{DOCUMENT}"
    path = archive_site.site / "documents" / f"{DOCUMENT}.linkset.json"
    contexts = {each["anchor"]: each for each in json.loads(path.read_text("utf-8"))["linkset"]}
    data = contexts[f"{stem}.passages.json"]
    assert data["describedby"] == [{
        "href": "https://isles.example/schema/passages-1.schema.json",
        "type": "application/schema+json",
    }]  # fmt: skip
    assert data["collection"][0]["href"] == f"{stem}.html"
    own = json.loads((archive_site.site / "documents" / f"{DOCUMENT}.passages.json").read_text())
    assert own["$schema"] == data["describedby"][0]["href"]


def test_the_text_reads_as_the_page_does(archive_site):
    text = (archive_site.site / "documents" / f"{DOCUMENT}.txt").read_text("utf-8")
    blocks = text.split("\n\n")
    address = f"https://isles.example/documents/{DOCUMENT}.html"
    assert blocks[0] == "# [Resolution on the sealed seed drawers]"
    assert blocks[3] == address
    w5 = next(each for each in blocks if each.startswith("[W5]"))
    assert w5.endswith(f"endnote 4 (Pollen Watch n.d.).\n{address}#{DOCUMENT}-w5")
    assert "## References" in blocks
    assert "- FNS 2018: Field Naturalists Society." in blocks[-1]
    assert not re.search(r"\{\w|^\(|:::", text, re.MULTILINE)  # no roles, targets or directives


def test_llms_txt_has_the_form_of_its_convention(archive_site):
    text = (archive_site.site / "llms.txt").read_text("utf-8")
    head, *sections = text.split("\n## ")
    assert head.startswith("# Sunder Isles Archive\n\n> ")
    assert [each.partition("\n")[0] for each in sections] == ["Documents", "Data", "Optional"]
    for section in sections:
        for line in section.split("\n\n")[1].strip().split("\n"):
            link = re.fullmatch(r"- \[((?:[^\[\]]|\\[\[\]])+)\]\((https://\S+)\): .+", line)
            assert link, line
            assert (archive_site.site / link[2].removeprefix("https://isles.example/")).is_file()
    full = (archive_site.site / "llms-full.txt").read_text("utf-8")
    for path in archive_site.site.glob("documents/*.txt"):
        assert path.read_text("utf-8") in full


def test_the_page_on_data_leads_to_files_that_are_there(archive_site):
    page = archive_site.page("data.html")
    linked = [each["href"] for each in page.select("article a[href]")]
    here = [each for each in linked if not each.startswith(("https://", "#"))]
    assert "passages.jsonl" in here
    assert all((archive_site.site / each).is_file() for each in here)
    foot = archive_site.page("documents/index.html").select_one(".colophon")
    assert "../data.html" in [each["href"] for each in foot.select("a")]


def test_the_text_lists_works_in_the_order_of_the_page(small_archive):
    """Small letters stand among capitals: “de Vries” comes before “Ebbing”."""
    source = small_archive("small")
    with (source / "references.bib").open("a", encoding="utf-8") as bibliography:
        for name in ("de Vries", "Ebbing"):
            bibliography.write(
                f"@book{{{name[:2].lower()}, author = {{{name}, Ada}}, title = {{Seeds}}, "
                "publisher = {A}, date = {2019}}\n"
            )
    edit(source, "documents/alpha.md", ("`one`", "`one,eb,de`"))
    site = built(source)
    listed = site.page("documents/alpha.html").select(".reference-list strong a")
    text = (site.site / "documents" / "alpha.txt").read_text("utf-8").partition("## References")[2]
    labels = [label.strip("[]") for label in re.findall(r"^- (.+?): ", text, re.MULTILINE)]
    assert labels == ["de Vries 2019", "Ebbing 2019", "FI 2020"]
    assert labels == [each.text.strip("[]") for each in listed]
