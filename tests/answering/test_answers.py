"""Programs that read for people ask the archive, and every answer can be cited."""

from __future__ import annotations

import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from shutil import copytree

import pytest

from archive.answering import Holdings, NoHoldingsError, UnknownError
from archive.answering.answers import MOST_ASKED, MOST_CHECKED, Answers
from archive.checking.index import update
from tests.browser.pages import STEM, W3
from tests.citing import records_of, told
from tests.conftest import ROOT

NAME = "Seed resolution, whereas 3"


@pytest.fixture(scope="module")
def answers(archive_site, tmp_path_factory):
    site, kept = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("kept")
    copytree(archive_site.site / "documents", site / "documents")
    update(site, kept, "Sunder Isles Archive", "https://isles.example/")
    return Answers(site, Holdings(site))


@pytest.mark.parametrize("asked", [
    W3, f"https://isles.example/documents/{STEM}.html#{W3}",
    f"documents/{STEM}.pdf#nameddest={W3}", NAME, NAME.lower(),
    "whereas 3 of the Seed resolution", f"{STEM} w3",
])  # fmt: skip
def test_a_passage_is_found_by_whatever_names_it(answers, asked):
    found = answers.get_passage(asked)
    assert (found["anchor"], found["name"], found["kind"]) == (W3, NAME, "passage")
    assert answers.get_passage(found["sha256"])["anchor"] == W3
    assert answers.get_passage(found["sha256"][:12])["anchor"] == W3


def test_an_answer_says_whose_words_they_are_and_how_they_are_cited(answers, archive_site):
    found = answers.get_passage(W3)
    cited = told(archive_site.citing(W3))
    assert found["citation"] == cited["Chicago note"]
    assert found["address"] == cited["Permalink"]
    assert found["sha256"] == cited["Fingerprint"]
    assert (found["state"], found["published"]) == ("stands", "2024-06-12")
    assert found["whose"].startswith("Rewritten by the Sunder Isles Archive; only words within")


def test_a_passage_is_cited_in_each_style_and_record(answers, archive_site):
    cited = answers.cite(W3)
    codes = {
        each.find_previous_sibling("dt").get_text(): each["data-style"]
        for each in archive_site.citing(STEM).select("[data-style]")
    }
    shown = told(archive_site.citing(W3))
    assert cited["styles"] == {code: shown[label] for label, code in codes.items()}
    assert cited["records"] == records_of(archive_site, W3)
    assert answers.cite(NAME, "mla")["citation"] == cited["styles"]["mla"]
    whole = (archive_site.site / "documents" / f"{STEM}.ris").read_text("utf-8")
    assert answers.cite(STEM, "ris")["citation"] == whole


def test_the_phrase_is_found_before_its_words(answers):
    found = answers.search_passages("a grave threat to island gardens", limit=3)
    assert found["passages"][0]["anchor"] == W3
    assert len(found["passages"]) <= 3 <= found["found"]
    assert answers.search_passages("zzzz")["found"] == 0
    assert answers.search_passages("seed", limit=1_000)["passages"][20:] == []


def test_passages_are_found_in_one_language_however_its_tag_is_written(answers):
    every = answers.search_passages("seed")["found"]
    assert every > 0
    for tag in ("en", "EN", " en-GB "):
        assert answers.search_passages("seed", language=tag)["found"] == every
    assert answers.search_passages("seed", language="fr")["found"] == 0


def test_a_text_is_checked(answers):
    text = f"“a grave threat to island gardens” ({W3}), and {STEM}-w99."
    found = answers.check_text(text)
    assert [each["state"] for each in found["findings"]] == ["stands", "stands", "unclear"]
    assert found["findings"][0]["address"] == f"https://isles.example/documents/{STEM}.html#{W3}"


@pytest.mark.parametrize(("ask", "why"), [
    (lambda its: its.get_passage("nowhere"), "Nothing in the archive is called “nowhere”"),
    (lambda its: its.get_passage("../../conf"), "Nothing in the archive is called"),
    (lambda its: its.document_text("../index"), "The archive has no document"),
    (lambda its: its.get_passage(" "), "The passage is empty"),
    (lambda its: its.search_passages("a" * (MOST_ASKED + 1)), "at most 400 are read"),
    (lambda its: its.check_text("a" * (MOST_CHECKED + 1)), "at most 400,000 are read"),
    (lambda its: its.check_text("a", form="docx"), "There is no form “docx”"),
    (lambda its: its.check_text("a", day="today"), "“today” is no day"),
    (lambda its: its.cite(W3, "acs"), "There is no style “acs”"),
    (lambda its: its.cite(f"{STEM}-s1"), "is not cited by itself"),
])  # fmt: skip
def test_what_cannot_be_answered_is_told_with_its_mend(answers, ask, why):
    with pytest.raises(UnknownError) as told:
        ask(answers)
    assert why in str(told.value)
    assert "To mend: " in str(told.value)


def test_a_folder_without_data_is_told(tmp_path):
    with pytest.raises(NoHoldingsError, match="To mend: build the archive"):
        Holdings(tmp_path)


def test_a_copy_without_the_pages_that_cite_is_told(archive_site, tmp_path):
    (tmp_path / "documents").mkdir()
    shutil.copy(archive_site.site / f"documents/{STEM}.passages.json", tmp_path / "documents")
    with pytest.raises(UnknownError, match=r"\.made\.html, .* is missing or older. To mend: "):
        Answers(tmp_path, Holdings(tmp_path)).cite(W3)


def test_a_moved_anchor_leads_to_where_it_is_now(moved_site):
    found = Answers(moved_site, Holdings(moved_site)).get_passage("alpha-p2")
    assert found["asked"] == {"anchor": "alpha-p2", "state": "moved"}
    assert (found["anchor"], found["state"]) == ("omega-p2", "stands")


def test_an_earlier_wording_is_found_by_its_fingerprint_with_the_day_it_was_replaced(
    moved_site, tmp_path
):
    name = "documents/beta.passages.json"
    data = json.loads((moved_site / name).read_text("utf-8"))
    passage = data["passages"][0]
    first, second = "a" * 64, "b" * 64
    passage["history"] = [
        {"date": "2024-01-10", "event": "publish", "sha256": first, "text": "Once."},
        {"date": "2024-02-10", "event": "amend"},
        {"date": "2025-03-01", "event": "revise", "sha256": second, "text": "Then."},
        {"date": "2026-02-01", "event": "revise", "sha256": passage["sha256"]},
    ]
    (tmp_path / "documents").mkdir()
    (tmp_path / name).write_text(json.dumps(data), "utf-8")
    answers = Answers(tmp_path, Holdings(tmp_path))
    for sha256, text, until in (
        (first, "Once.", "2025-03-01"), (second, "Then.", "2026-02-01"),
    ):  # fmt: skip
        found = answers.get_passage(sha256[:12])
        wanted = {"sha256": sha256, "text": text, "state": "reworded", "until": until}
        assert (found["anchor"], found["asked"]) == (passage["anchor"], wanted)
    assert "asked" not in answers.get_passage(passage["sha256"])


@pytest.mark.skipif(find_spec("mcp") is None, reason="mcp is not installed: make .venv/.mcp")
def test_a_client_of_the_protocol_asks_by_standard_input_and_output(answers, tmp_path):
    import anyio
    from mcp import ClientSession, StdioServerParameters, stdio_client

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "archive", "mcp", "--site", str(answers.site)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path,
    )  # fmt: skip

    async def ask():
        async with stdio_client(server) as pipes, ClientSession(*pipes) as client:
            await client.initialize()
            tools = (await client.list_tools()).tools
            found = await client.call_tool("get_passage", {"passage": NAME})
            lost = await client.call_tool("get_passage", {"passage": "nowhere"})
            text = await client.read_resource(f"archive://documents/{STEM}")
            return tools, found, lost, text

    with ThreadPoolExecutor(1) as alone:  # a window of the browser runs a loop in this thread
        tools, found, lost, text = alone.submit(anyio.run, ask).result()
    names = ["search_passages", "get_passage", "check_text", "cite"]
    assert [each.name for each in tools] == names
    assert all(each.annotations.read_only_hint for each in tools)
    assert json.loads(found.content[0].text) == answers.get_passage(NAME)
    assert lost.is_error
    assert "To mend: " in lost.content[0].text
    assert W3 in text.contents[0].text
    assert list(tmp_path.iterdir()) == [], "it wrote something"
