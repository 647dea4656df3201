"""The passages of a document as data: what each says, under its fingerprint, and what it is."""

from __future__ import annotations

import json
from hashlib import sha256

from tests.conftest import ledger_of


def _data(site, document):
    return json.loads((site / "documents" / f"{document}.passages.json").read_text("utf-8"))


def test_each_passage_has_the_words_that_its_fingerprint_is_of(archive_site):
    ledger = ledger_of(archive_site.source)
    data = _data(archive_site.site, "isle-seed-resolution")
    for each in data["passages"]:
        said = sha256(each["text"].encode()).hexdigest()
        assert said == each["sha256"] == ledger[each["anchor"]].sha256
        assert each["history"][-1]["sha256"] == said


def test_a_passage_tells_what_it_is_and_where_it_stands(archive_site):
    data = _data(archive_site.site, "isle-seed-resolution")
    passages = {each["anchor"].rpartition("-")[2]: each for each in data["passages"]}
    w3 = passages["w3"]
    assert w3["name"] == "Seed resolution, whereas 3"
    assert w3["kind"] == "passage"
    assert w3["within"] == ["isle-seed-resolution-s1"]
    assert [each["words"] for each in w3["quotations"]][1] == "a remedy without a disease"
    assert w3["cites"] == [{"work": "fns-comment-2018"}]
    assert (passages["s1"]["kind"], passages["n1"]["kind"]) == ("heading", "note")
    assert '<cite data-works="fns-comment-2018">(FNS 2018)</cite>. It says' in w3["html"]
    assert 'whereas 4</a> and <a href="https://isles.example/' in passages["n7"]["html"]
    assert {"anchor": "keepers-seed-statement-p1"} in passages["n7"]["cites"]
    assert "fns-comment-2018" in {each["id"] for each in data["works"]}
