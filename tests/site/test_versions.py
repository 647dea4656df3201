"""A text in six languages: each page in its own, and all side by side, passage by passage."""

from __future__ import annotations

import json
from shutil import copytree

import pytest

from archive.commands.new import compared, said
from archive.model.dates import ArchiveDate
from archive.model.words import languages, words
from tests.conftest import built, command, edit, sealed
from tests.proving import proved

SIDE_BY_SIDE = "documents/lights-en.versions.html"
OTHERS = {"ar": "العربية", "en": "English", "es": "Español", "ru": "Русский", "zh": "中文"}


def test_an_edit_of_one_version_reaches_the_page_with_all(small_archive):
    source = small_archive("versions")
    built(source)
    edit(source, "documents/lights-fr.md", ("n’avertit personne", "n’avertit nul bateau"))
    page = built(source).page(SIDE_BY_SIDE)
    assert "n’avertit nul bateau" in page.find(id="lights-fr-w1").get_text()


def test_a_page_speaks_the_language_of_its_document(versions_site):
    page = versions_site.page("documents/lights-ar.html")
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    record = page.find(class_="record")
    assert record["aria-label"] == "البطاقة"
    assert record.summary.get_text() == "موانئ الألسنة الأربعة · معاهدة · 3 مايو 1951 · معتمَد"
    cite = page.find(class_="to-cite", attrs={"data-at": "المادة ٣"})
    assert cite.get_text() == "اقتبس"
    label = page.find(class_="passage-label", href="#lights-ar-w1")
    assert label["data-name"] == "عهد الأنوار، الحيثية 1"
    assert label["title"] == "رابط دائم إلى عهد الأنوار، الحيثية 1"
    assert page.find(class_="sidebar-tree")["lang"] == "en"  # whose pages they are
    assert json.loads(page.find(id="words").string)["Copy"] == "نسخ"


def test_an_english_page_has_no_word_more(versions_site):
    page = versions_site.page("documents/lights-en.html")
    assert page.html["lang"] == "en"
    assert not page.html.has_attr("dir")
    assert not page.find(id="words")
    assert not page.find(attrs={"data-name": True})


def test_what_is_held_in_part_is_told_in_the_language_and_sealed_in_english(versions_site):
    page = versions_site.page("documents/lights-zh.html")
    assert page.find(class_="held-in-part").get_text().startswith("部分收藏：第二条和第三条。")
    assert page.find(class_="not-held").get_text() == "未收藏：序言和第一条。"
    proof = versions_site.site / "documents/lights-zh.proof.json"
    assert "Not held: 序言和第一条." in proof.read_text("utf-8")


@pytest.mark.parametrize(("edtf", "language", "spoken"), [
    ("1951-05-01", "fr", "1er mai 1951"), ("1951-05-03", "ru", "3 мая 1951\u202fг."),
    ("19XX", "fr", "XXe siècle"), ("199X", "es", "la década de 1990"),
    ("1951-05~", "zh", "1951年5月（约）"), ("2021-12/..", "ar", "ديسمبر 2021 أو بعد ذلك"),
    ("XXXX", "fr", "date inconnue"), ("2021-02-08", "en-GB", "8 February 2021"),
    ("2021-02-08", "sw", "8 February 2021"),
])  # fmt: skip
def test_a_date_is_said_by_the_custom_of_the_language(edtf, language, spoken):
    assert ArchiveDate.parse(edtf).said(words(language)) == spoken


def test_no_catalogue_lacks_a_word_or_has_one_that_nothing_says():
    wanted = said()
    assert len(wanted) > 250
    assert {each: compared(each, wanted) for each in languages()} == {
        each: ([], []) for each in ("ar", "es", "fr", "ru", "zh")
    }


def test_each_passage_stands_beside_its_own_in_other_languages(versions_site):
    page = versions_site.page(SIDE_BY_SIDE)
    rows = {
        row["aria-label"]: [cell.get("id") for cell in row.select(":scope > .version")]
        for row in page.find_all(class_="versions-row", attrs={"role": "group"})
    }  # fmt: skip
    assert list(rows) == [
        "whereas 1", "whereas 2", "art. 1", "art. 2", "art. 2(a)", "art. 2(b)", "art. 3", "art. 5",
        "art. 4",
    ]  # fmt: skip
    en, ar, es, fr, ru, zh = (
        "lights-en",
        "lights-ar",
        "lights-es",
        "lights-fr",
        "lights-ru",
        "lights-zh",
    )
    assert rows["art. 3"] == [f"{each}-a3" for each in (en, ar, es, fr, ru, zh)]
    assert rows["art. 5"] == [None, None, None, f"{fr}-a5", None, None]
    assert rows["art. 2(b)"] == [f"{en}-p2", f"{ar}-p2", None, f"{fr}-p2", None, f"{zh}-p2"]
    cell = page.find(id=f"{ar}-a3")
    assert cell.find("div")["dir"] == "rtl"
    assert cell.find("a", string="art. 3 (Arabic version)")["href"] == f"{ar}.html#{ar}-a3"
    lacking = page.find(id=f"{fr}-a5").find_previous_sibling(class_="lacking")
    assert "No passage of this version stands at this place." in lacking.get_text()
    assert page.find(id="lights-en-a1").find(class_="version-heading").get_text() == "Articles"
    ids = [each["id"] for each in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_first_three_are_shown_and_the_others_can_be(versions_site):
    boxes = versions_site.page(SIDE_BY_SIDE).select(".version-choice input")
    assert [box.has_attr("checked") for box in boxes] == [True] * 3 + [False] * 3


def test_a_document_leads_to_its_other_versions(versions_site):
    page = versions_site.page("documents/lights-fr.html")
    links = page.find("nav", class_="versions").find_all("a")
    named = {link.get("hreflang"): (link.get_text(), link["href"]) for link in links}
    assert named.pop(None) == ("En regard", "lights-en.versions.html?in=lights-fr#lights-fr")
    assert named == {tag: (name, f"lights-{tag}.html") for tag, name in OTHERS.items()}


def test_machines_are_told_of_the_versions(versions_site):
    page = versions_site.page("documents/lights-fr.html")
    address = "https://tongues.example/documents/lights-{}.html".format
    alternates = {each["hreflang"]: each["href"] for each in page.find_all("link", hreflang=True)}
    assert alternates == {tag: address(tag) for tag in (*OTHERS, "fr")}
    linkset = json.loads((versions_site.site / "documents/lights-fr.linkset.json").read_text())
    targets = linkset["linkset"][0]["alternate"]
    assert {each["hreflang"][0]: each["href"] for each in targets} == alternates
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert [each["url"] for each in data["translationOfWork"]] == [address("en")]
    assert {each["url"] for each in data["workTranslation"]} == {
        address(tag) for tag in OTHERS if tag != "en"
    }


def test_a_passage_is_cited_as_the_first_version_calls_it(versions_site):
    section = versions_site.page("documents/lights-fr.made.html").find(id="lights-fr-a2")
    aligned = section.find(attrs={"data-style": "aligned"}).get_text()
    assert aligned == (
        "Lights covenant, art. 2 (French version). Archive of the Four Tongues, lights-fr-a2."
    )
    shown = [link["href"] for link in section.find("dd", class_="versions").find_all("a")]
    assert shown == [
        "lights-en.html#lights-en-a2", "lights-ar.html#lights-ar-a2", "lights-zh.html#lights-zh-a2",
        "lights-en.versions.html?in=lights-fr#lights-fr-a2",
    ]  # fmt: skip


# What is changed in a copy, and the rule that convicts it.
DAMAGES = {
    "another version in the navigation": (
        "documents/lights-fr.html", 'href="lights-ar.html" rel', 'href="lights-zh.html" rel',
        "shown-differs",
    ),
    "another passage beside it": (
        "documents/lights-fr.made.html", "lights-ar.html#lights-ar-a2",
        "lights-ar.html#lights-ar-a3", "record-differs",
    ),
    "another aligned citation": (
        "documents/lights-fr.made.html", "art. 2 (French version)", "art. 3 (French version)",
        "record-differs",
    ),
    "another language of an alternate": (
        "documents/lights-fr.html", 'hreflang="zh" type', 'hreflang="ru" type', "record-differs",
    ),
    "another spoken name for scripts": (
        "documents/lights-ar.html", 'data-name="عهد الأنوار، المادة ٣"', 'data-name="عهد"',
        "shown-differs",
    ),
    "another locator for scripts": (
        "documents/lights-ar.html", 'data-at="المادة ٣"', 'data-at="المادة"', "shown-differs",
    ),
    "another word of the house": (
        "documents/lights-ar.html", ">اقتبس<", ">احذف<", "shown-differs",
    ),
    "a word side by side": (SIDE_BY_SIDE, "<p>", "<p>Not ", "shown-differs"),
    "a heading side by side": (
        SIDE_BY_SIDE, 'version-heading">', 'version-heading">No ', "shown-differs",
    ),
    "the name of a passage side by side": (
        SIDE_BY_SIDE, "art. 2 (English version)", "art. 3 (English version)", "shown-differs",
    ),
    "another passage side by side": (
        SIDE_BY_SIDE, 'id="lights-en-a2"', 'id="lights-en-a3"', "shown-differs",
    ),
    "what is hidden side by side": (SIDE_BY_SIDE, "<p>", "<p hidden>", "shown-differs"),
    "what is not held": (
        "documents/lights-zh.html", "未收藏：序言和第一条", "未收藏：序言", "shown-differs",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def proof(versions_site):
    """What is proved of a copy, all of it read but for the book."""
    return proved(versions_site.site)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_copy_is_convicted(proof, versions_site, damage):
    path, old, new, rule = DAMAGES[damage]
    text = (versions_site.site / path).read_text("utf-8")
    assert old in text
    found = {each.rule for each in proof.read(path, text.replace(old, new, 1).encode())}
    assert rule in found


def test_the_copy_is_sound_in_every_language(versions_site, tmp_path):
    copy = tmp_path / "copy"
    copytree(versions_site.site, copy)
    done = command(versions_site.source, "verify", str(sealed(copy)))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", ["en", *languages()])
def test_a_page_may_name_the_commit_of_a_publication_in_its_language(
    proof, versions_site, language
):
    path = f"documents/lights-{language}.made.html"
    text = (versions_site.site / path).read_text("utf-8")
    said = words(language)("in commit {commit}").format(commit="<code>0123456789ab</code>")
    assert "</dt><dd></dd>" in text
    there = text.replace("</dt><dd></dd>", f"</dt><dd> {said}</dd>", 1)
    assert not list(proof.read(path, there.encode()))
