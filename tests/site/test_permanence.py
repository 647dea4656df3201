"""A published anchor cannot be lost by accident: every accident is caught, and says its mend."""

from __future__ import annotations

import re

from tests import citing
from tests.citing import links, told
from tests.conftest import build, built, command, edit, git, ledger_of, publish, sealed, unanswered

ALPHA, BETA = "documents/alpha.md", "documents/beta.md"


def caught(source, *said):
    """Build; it fails, says all of ``said``, and how to mend it."""
    done = build(source)
    assert done.code == 1, done.output
    for words in said:
        assert words in done.output, done.output
    assert "To mend:" in done.output
    assert "Traceback" not in done.output


def sound(source):
    """Build; it succeeds, and every anchor ever published answers."""
    done = built(source)
    assert unanswered(source, done.site) == []
    return done


# --- The accidents, on a small archive


def test_a_renamed_heading_keeps_its_anchor_and_is_told(published):
    edit(published, ALPHA, ("## A heading", "## Another heading"))
    caught(published, "alpha-s1 does not say what was published", "make publish")
    publish(published)
    sound(published)


def test_a_deleted_passage_is_told(published):
    edit(published, ALPHA, ("{#alpha-p3}\nThe third.\n\n", ""), ("paragraphs: 3", "paragraphs: 2"))
    caught(published, "alpha-p3 stands nowhere", "anchor-lost", "leave a tombstone")


def test_swapped_passages_are_told_with_where_the_words_are_now(published):
    edit(
        published, ALPHA,
        ("The third.", "INTERIM"), ("The second refers to [](#beta-w1).", "The third."),
        ("INTERIM", "The second refers to [](#beta-w1)."),
    )  # fmt: skip
    caught(published, "the published words now stand at alpha-p3", "swapped or moved")


def test_an_edited_word_is_told(published):
    edit(published, ALPHA, ("The third.", "The third one."))
    caught(published, "alpha-p3 does not say what was published", "restore the words")


def test_quotation_marks_and_line_breaks_are_no_edit(published):
    edit(published, ALPHA, ("The first paragraph cites “one”", 'The first\nparagraph cites "one"'))
    sound(published)


def test_a_passage_added_in_the_middle_takes_the_next_free_number(published):
    edit(
        published, ALPHA, ("(alpha-p2)=", "A new one.\n\n(alpha-p2)="),
        ("paragraphs: 3", "paragraphs: 4"),
    )  # fmt: skip
    caught(published, "anchor-missing-passage", "make anchors")
    before = (published / ALPHA).read_bytes()
    assert command(published, "anchors", "alpha").stdout == f"{ALPHA}:27: alpha-p4\n"
    after = (published / ALPHA).read_bytes()
    assert after.replace(b"(alpha-p4)=\n", b"") == before
    assert b"(alpha-p4)=\nA new one." in after
    sound(published)


def test_several_blocks_without_anchors_get_each_their_own(published):
    edit(
        published, ALPHA, ("(alpha-p2)=", "New.\n\n### Head\n\nNewer.\n\n(alpha-p2)="),
        ("paragraphs: 3", "paragraphs: 5"),
    )  # fmt: skip
    stamped = [line.rpartition(" ")[2] for line in command(published, "anchors").stdout.split("\n")]
    assert sorted(stamped) == ["", "alpha-p4", "alpha-p5", "alpha-s2"]
    sound(published)
    assert command(published, "anchors").stdout == "Every block has its anchor.\n"


def test_a_renamed_file_is_told_and_its_mend_loses_no_anchor(published):
    (published / ALPHA).rename(published / "documents/omega.md")
    text = (published / "documents/omega.md").read_text("utf-8")
    moved = text.replace("id: alpha", "id: omega")
    (published / "documents/omega.md").write_text(moved, "utf-8")
    caught(published, "names another document")
    for number in ("s1", "p1", "p2", "n1"):
        moved = moved.replace(f"(alpha-{number})=", f"(alpha-{number})=\n(omega-{number})=")
    moved = moved.replace("{#alpha-p3}", "(alpha-p3)=\n(omega-p3)=")
    (published / "documents/omega.md").write_text(moved, "utf-8")
    done = sound(published)
    assert "alpha-p1  → omega-p1" in publish(published)
    done = sound(published)
    page = done.page("documents/alpha.html")
    assert page.find(id="alpha-p2").a["href"] == "omega.html#omega-p2"
    assert page.find("script", src=lambda src: src and src.endswith("moved.js"))
    assert done.inventory()["alpha-p2"][0] == "documents/omega.html#alpha-p2"
    assert done.page("documents/omega.html").find(id="alpha-p2") is not None


def test_a_split_document_leads_each_old_anchor_to_its_new_page(published):
    edit(published, ALPHA, ("{#alpha-p3}\nThe third.\n\n", ""), ("paragraphs: 3", "paragraphs: 2"))
    edit(
        published, BETA, ("(beta-w1)=", "(alpha-p3)=\n(beta-w2)=\nThe third.\n\n(beta-w1)="),
        ("paragraphs: 1", "paragraphs: 2"),
    )  # fmt: skip
    publish(published)
    done = sound(published)
    row = done.page("documents/alpha.html").find(id="alpha-p3")
    assert row.a["href"] == "beta.html#beta-w2"
    assert row.a.get_text() == "Beta resolution, whereas 2"


def test_a_move_inside_a_page_keeps_both_ids_at_the_new_place(published):
    edit(published, ALPHA, ("{#alpha-p3}", "(alpha-p3)=\n(alpha-p9)="))
    publish(published)
    page = sound(published).page("documents/alpha.html")
    assert page.find(id="alpha-p9").get_text().endswith("The third.")
    assert page.find(id="alpha-p3").find_parent(class_="passage") == page.find(
        id="alpha-p9"
    ).find_parent(class_="passage")


def test_a_moved_anchor_answers_even_when_its_label_is_taken_out(published):
    edit(published, ALPHA, ("{#alpha-p3}", "(alpha-p3)=\n(alpha-p9)="))
    publish(published)
    edit(published, ALPHA, ("(alpha-p3)=\n", ""))
    done = sound(published)
    row = done.page("documents/alpha.html").find(id="alpha-p3")
    assert row.a["href"] == "#alpha-p9"
    assert done.inventory()["alpha-p3"][0] == "documents/alpha.html#alpha-p9"


def test_a_duplicated_anchor_is_told_with_both_places(published):
    edit(published, BETA, ("(beta-w1)=", "(alpha-p1)=\n(beta-w1)="))
    caught(published, "alpha-p1 stands twice", f"{ALPHA} line", f"{BETA} line")


def test_a_withdrawn_passage_leaves_a_tombstone_that_says_when_and_what_follows(published):
    edit(published, ALPHA, ("The third.", ":::{withdrawn}\n:successor: alpha-p2\nWhy.\n:::"))
    edit(published, ALPHA, ("{#alpha-p3}", "(alpha-p3)="))
    sound(published)
    assert "Withdrawn (1):\n  alpha-p3  → alpha-p2" in publish(published)
    done = sound(published)
    stone = done.page("documents/alpha.html").find(id="alpha-p3")
    said = " ".join(stone.select_one(".tombstone-notice").get_text().split())
    assert re.fullmatch(
        r"This passage was withdrawn on \d+ \w+ \d{4}\. "
        r"Its place is taken by Alpha letter, paragraph 2\.", said,
    )  # fmt: skip
    assert "Why." in stone.get_text()
    assert stone.find("a", href="#alpha-p2").get_text() == "Alpha letter, paragraph 2"
    assert done.inventory()["alpha-p3"][1] == "Alpha letter, paragraph 3 (withdrawn)"
    copy = command(published, "verify", str(sealed(done.site)))
    assert copy.returncode == 0, copy.stdout
    page = done.site / "documents" / "alpha.html"
    page.write_bytes(page.read_bytes().replace(b" Its place is taken by ", b" It is like "))
    copy = command(published, "verify", str(done.site))
    assert "the successor of alpha-p3 is “It is like" in copy.stdout
    edit(published, ALPHA, ("(alpha-p3)=\n", ""))
    caught(published, "tombstone-lost")


def test_a_withdrawn_number_is_never_given_again(published):
    edit(published, ALPHA, ("{#alpha-p3}\nThe third.", "(alpha-p3)=\n:::{withdrawn}\n:::"))
    publish(published)
    edit(published, ALPHA, ("(alpha-p3)=\n:::{withdrawn}\n:::", "A new third."))
    assert "alpha-p4" in command(published, "anchors").stdout
    edit(published, ALPHA, ("(alpha-p4)=", "(alpha-p3)="))
    caught(published, "anchor-reused", "was withdrawn")


def test_a_hand_edited_ledger_is_told_at_the_next_build_even_if_nothing_else_changed(published):
    sound(published)
    ledger = published / "ledger.jsonl"
    kept = ledger.read_bytes()
    for old, new, rule in (
        ('"publish"', '"publsh"', "ledger-event"),
        ('{"date"', '{"date', "ledger-json"),
        ('"date": "20', '"date": "30-20', "ledger-date"),
        ('"anchor": "alpha-p2"', '"anchor": "alpha-p1"', "ledger-published-twice"),
        ('"anchor": "alpha-p2"', '"anchor": "alpha-p7"', "anchor-lost"),
    ):
        ledger.write_bytes(kept)
        edit(published, "ledger.jsonl", (old, new))
        caught(published, f"[{rule}]")


# --- Publishing


def test_publishing_twice_appends_nothing(published):
    before = (published / "ledger.jsonl").read_bytes()
    assert "nothing to append" in publish(published)
    assert (published / "ledger.jsonl").read_bytes() == before


def test_publishing_changes_nothing_but_the_ledger_and_its_head(small_archive):
    source = small_archive("small")
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    publish(source)
    after = {
        path: path.read_bytes()
        for path in source.rglob("*")
        if path.is_file() and "_build" not in path.parts
    }
    changed = {path.name for path in after if before.get(path) != after[path]}
    assert changed == {"ledger.head", "ledger.jsonl"}


def test_publishing_refuses_while_an_anchor_is_lost(published):
    edit(published, ALPHA, ("{#alpha-p3}\nThe third.\n\n", ""), ("paragraphs: 3", "paragraphs: 2"))
    before = (published / "ledger.jsonl").read_bytes()
    done = command(published, "publish")
    assert done.returncode == 1
    assert "First mend:" in done.stderr
    assert "anchor-lost" in done.stderr
    assert (published / "ledger.jsonl").read_bytes() == before


def test_what_is_unpublished_is_a_notice_in_a_build_and_an_error_in_a_release(small_archive):
    source = small_archive("small")
    done = build(source)
    assert done.code == 0
    assert "are not published yet" in done.output
    release = build(source, RELEASE="1")
    assert release.code == 1
    assert "anchor-unpublished" in release.output
    assert command(source, "check").returncode == 0
    assert command(source, "check", "--release").returncode == 1


def test_a_release_waits_for_moves_and_withdrawals_too(published):
    moved = ("(alpha-p2)=\n", "(alpha-p2)=\n(alpha-p4)=\n")
    withdrawn = (
        ":::{admonition} Editor’s note\n:class: editors-note\nAdded.\n",
        ":::{withdrawn}\n",
    )
    edit(published, ALPHA, moved, withdrawn)
    done = command(published, "check", "--release")
    assert done.returncode == 1
    for event in ("publish of alpha-p4", "move of alpha-p2", "withdraw of alpha-n1"):
        assert f"The {event} is not in the ledger yet" in done.stderr


# --- What the reader is told


def test_a_revised_passage_says_when_and_opens_to_its_events(published):
    first = ledger_of(published)["alpha-p3"].sha256
    edit(published, ALPHA, ("The third.", "The third one."))
    publish(published)
    site = sound(published)
    (link,) = links(site.page("documents/alpha.html"), "alpha-p3")
    assert re.fullmatch("Revised [1-9].* · Cite", link.get_text())
    facts = told(site.citing("alpha-p3"))
    events = [facts[label] for label in facts if label.split()[0] in ("Published", "Revised")]
    assert events == [f"Fingerprint then: {first}", ""]
    assert facts["Fingerprint"] == ledger_of(published)["alpha-p3"].sha256


def test_in_a_checkout_each_event_names_the_commit_that_holds_the_wording(published):
    git(published, "init", "-q")
    git(published, "add", "documents", "ledger.jsonl")
    git(published, "commit", "-qm", "first")
    first = git(published, "rev-parse", "HEAD").strip()
    edit(published, ALPHA, ("The third.", "The third one."))
    publish(published)
    git(published, "commit", "-qam", "second")
    second = git(published, "rev-parse", "HEAD").strip()
    facts = sound(published).citing("alpha-p3").get_text()
    assert f"in commit {first[:12]}" in facts
    assert f"in commit {second[:12]}" in facts


def test_every_passage_leads_to_its_fingerprint_and_its_line_of_the_ledger(archive_site):
    page = archive_site.page("documents/isle-seed-resolution.html")
    cited = archive_site.page(citing.companion("isle-seed-resolution"))
    ledger = ledger_of(archive_site.source)
    passages = page.select(".passage > [id]")
    assert len(passages) == 15
    for anchor in (passage["id"] for passage in passages):
        (link,) = links(page, anchor)
        assert link.find_previous_sibling(id=anchor)
        section = citing.section(cited, anchor)
        assert section.select_one(".fingerprint").get_text() == ledger[anchor].sha256
        place = ledger.tree.place(ledger[anchor].events[-1].line)
        assert place.text in section.select_one(".proof").get_text()


def test_a_citation_is_verified_with_an_exit_code(published):
    words = ledger_of(published)["alpha-p3"].sha256
    assert command(published, "verify-citation", "alpha-p3").returncode == 0
    assert command(published, "verify-citation", "alpha-p3", "--sha256", words[:12]).returncode == 0
    assert command(published, "verify-citation", "alpha-p8").returncode == 6
    assert command(published, "verify-citation", "alpha-p3", "--sha256", "xyz").returncode == 2
    edit(published, ALPHA, ("The third.", "The third one."))
    publish(published)
    done = command(published, "verify-citation", "alpha-p3", "--sha256", words)
    assert done.returncode == 3
    assert done.stdout.startswith("revised: ")


def test_the_ledger_is_published_with_the_site(archive_site):
    published = (archive_site.site / "ledger.jsonl").read_bytes()
    assert published == (archive_site.source / "ledger.jsonl").read_bytes()
    page = archive_site.page("permanence.html")
    assert page.find("a", href="ledger.jsonl")
    listed = {link.get_text() for link in page.select("table.ledger td a")}
    assert listed == set(ledger_of(archive_site.source))
